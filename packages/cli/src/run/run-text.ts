import { formatBytes, formatExact, plural } from '@shardwright/core';
import type { MigrationStatus, RunResult, TableStatus } from '@shardwright/migrator';
import type { CommandIo } from '../command-io.ts';
import { bytesPerSecond } from './rates.ts';

/** How a run ended, with what the journal holds of it. */
export interface EndedRun {
  readonly result: RunResult;
  readonly status: MigrationStatus;
}

/** Tells a run to a person: the sentence, the tables, what was copied anew, what was set aside. */
export async function printRun({ result, status }: EndedRun, io: CommandIo): Promise<void> {
  const { paint } = io;
  const setAside = status.quarantine.reduce((sum, { rows }) => sum + rows, 0);
  await io.print(`${headline({ result, status }, setAside, io)}\n\n`);
  await io.printFields(facts({ result, status }));
  await io.print('\n');
  const rows = result.tables.map((table) => {
    const told = status.tables.find(({ relation }) => relation === table.relation);
    return [
      shownName(table.relation),
      formatExact(table.rows),
      formatBytes(table.bytes),
      told === undefined ? '' : rateOf([told]),
      table.setAside === 0 ? '' : formatExact(table.setAside),
      table.format,
      table.path,
      table.why,
    ];
  });
  await io.printTable(
    [
      { title: 'Table', shrinks: true },
      { title: 'Rows', align: 'right' },
      { title: 'Sent', align: 'right' },
      { title: 'Rate', align: 'right' },
      { title: 'Set aside', align: 'right' },
      { title: 'Format' },
      { title: 'Path' },
      { title: 'Why', shrinks: true },
    ],
    rows,
    (text, _row, column) => (column === 4 ? paint.severity('warning', text) : text),
  );
  if (result.recopied.length > 0) {
    await io.print('\nCopied anew, as the source had changed since an earlier run:\n');
    for (const { relation, why } of result.recopied) await io.print(`  ${shownName(relation)}: ${why}\n`);
  }
  if (result.foreignKeysLeftOut.length > 0) {
    await io.print('\nForeign keys of the plan that were left out:\n');
    for (const key of result.foreignKeysLeftOut) await io.print(`  ${key}\n`);
  }
  if (status.quarantine.length > 0) {
    await io.print('\nSet aside in shardwright.quarantine on the target:\n\n');
    await io.printTable(
      [
        { title: 'Table', shrinks: true },
        { title: 'Rows', align: 'right' },
        { title: 'Reason', shrinks: true },
      ],
      status.quarantine.map(({ relation, rows: count, reason }) => [
        shownName(relation),
        formatExact(count),
        reason,
      ]),
    );
  }
}

function headline({ result, status }: EndedRun, setAside: number, { paint }: CommandIo): string {
  const rows = result.tables.reduce((sum, table) => sum + table.rows, 0);
  const what = `${plural(rows, 'row')} of ${plural(result.tables.length, 'table')}`;
  if (!result.isNew) {
    const when = status.finishedAt === undefined ? '' : ` at ${shownTime(status.finishedAt)}`;
    return `This migration came to its end before${when}, with ${what}. Nothing was done now.`;
  }
  if (setAside === 0) return `${paint.good('Every row is there')}: ${what}.`;
  const aside = paint.severity('warning', `${plural(setAside, 'row')} set aside`);
  return `The migration is done: ${what} are there, ${aside}.`;
}

function facts({ result, status }: EndedRun): readonly (readonly [string, string | undefined])[] {
  const { seconds, tables, jobs, largeObjects } = result;
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const took = [
    `${shownSeconds(seconds.before)} tables`,
    `${shownSeconds(seconds.load)} rows`,
    `${shownSeconds(seconds.after)} keys, indexes and the rest`,
  ];
  return [
    ['From', status.source],
    ['Sent', [formatBytes(bytes), rateOf(status.tables)].filter((text) => text !== '').join(', ')],
    ['Large objects', largeObjectsText(largeObjects)],
    ['Took', result.isNew ? took.join(', ') : undefined],
    ['Jobs', result.isNew ? String(jobs) : undefined],
  ];
}

/** `12, 3.40 MB, on the coordinator`; `undefined` where there are none. */
export function largeObjectsText({ objects, bytes }: RunResult['largeObjects']): string | undefined {
  return objects === 0 ? undefined : `${formatExact(objects)}, ${formatBytes(bytes)}, on the coordinator`;
}

/** `12.5 MB/s`, as it was sent; empty where that cannot be told. */
export function rateOf(tables: readonly TableStatus[]): string {
  const perSecond = bytesPerSecond(tables);
  return perSecond === undefined ? '' : `${formatBytes(perSecond)}/s`;
}

/** A name as the plan's reports show it: without `public.`. */
export function shownName(relation: string): string {
  return relation.startsWith('public.') ? relation.slice('public.'.length) : relation;
}

/** `2026-11-21 16:03 UTC` */
export function shownTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** `4.2 s`, `3 min 5 s`, `2 h 10 min` */
export function shownSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
