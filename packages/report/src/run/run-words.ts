import { formatBytes, plural } from '@shardwright/core';
import type { RunReport, RunStep } from './run-report.ts';

/** The title of a report: what became of the rows. */
export function runTitle({ quarantine }: RunReport): string {
  return quarantine.length === 0 ? 'Every row is there' : 'Some rows were set aside';
}

/** What a run did, in a sentence or two. */
export function runSentence(report: RunReport): string {
  const { tables, quarantine, steps, largeObjects } = report;
  const { rows, bytes } = totalsOf(report);
  const aside = quarantine.reduce((sum, one) => sum + one.rows, 0);
  const { objects } = largeObjects;
  const besides =
    objects === 0
      ? ''
      : `; ${plural(objects, 'large object')} ${objects === 1 ? 'is' : 'are'} on the coordinator`;
  const carried = `${plural(rows, 'row')} of ${plural(tables.length, 'table')} were loaded, ${formatBytes(bytes)} as they were sent, and ${plural(steps.length, 'step')} done${besides}.`;
  return aside === 0
    ? carried
    : `${carried} ${plural(aside, 'row')} without a place in the new design ${aside === 1 ? 'waits' : 'wait'} in shardwright.quarantine.`;
}

/** Rows and bytes of all tables. */
export function totalsOf({ tables }: RunReport): { readonly rows: number; readonly bytes: number } {
  return {
    rows: tables.reduce((sum, one) => sum + one.rows, 0),
    bytes: tables.reduce((sum, one) => sum + one.bytes, 0),
  };
}

const stages: readonly (readonly [title: string, phases: readonly string[]])[] = [
  [
    'Tables and what they need',
    ['roles', 'schemas', 'extensions', 'definitions', 'sequences', 'tables', 'distribute'],
  ],
  ['Keys and indexes', ['keys', 'indexes']],
  ['Foreign keys', ['foreign-keys']],
];

/** The steps of a run in the few stages that people think of. */
export function stagesOf(
  steps: readonly RunStep[],
): readonly { readonly title: string; readonly isBefore: boolean; readonly steps: readonly RunStep[] }[] {
  const known = stages.flatMap(([, phases]) => phases);
  const rest = [...new Set(steps.map(({ phase }) => phase))].filter((phase) => !known.includes(phase));
  return [...stages, ['Views, programs, rights and the rest', rest] as const]
    .map(([title, phases], index) => ({
      title,
      isBefore: index === 0,
      steps: steps.filter(({ phase }) => phases.includes(phase)),
    }))
    .filter((stage) => stage.steps.length > 0);
}

/** `0.04 s`, `4.2 s`, `3 min 5 s`, `2 h 10 min` */
export function elapsed(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `16:03:07` */
export function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `2026-11-21 16:03 UTC` */
export function dateTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Without `public.`. */
export function shortName(relation: string): string {
  return relation.startsWith('public.') ? relation.slice('public.'.length) : relation;
}
