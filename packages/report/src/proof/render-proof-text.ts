import { formatExact, formatShare, plural } from '@shardwright/core';
import type { Plan, Proof, StatementFailure } from '@shardwright/planner';
import { printable } from '../printable.ts';
import { queryClassLabel } from '../query-class-label.ts';
import type { RenderOptions } from '../render-options.ts';
import { alignColumns, truncate, wrap } from '../text/columns.ts';
import { createPaint } from '../text/paint.ts';
import type { TextStyle } from '../text/text-section.ts';
import { proofVerdict, queryTally, surprises, surpriseText } from './proof-words.ts';

const mostShown = 10;

/** A proof for a terminal: what was tried, then whatever went wrong. */
export function renderProofText(
  rawProof: Proof,
  { tables }: Pick<Plan, 'tables'>,
  options: RenderOptions = {},
): string {
  const proof = printable(rawProof);
  const style: TextStyle = {
    paint: createPaint(options.color ?? false),
    width: Math.min(140, Math.max(60, options.width ?? 100)),
  };
  const lines = [
    verdictLine(proof, style),
    '',
    ...factLines(proof, tables.length),
    ...missingLines(proof, style),
    ...foreignLines(proof, style),
    ...failureLines('Refused', proof.failures, style),
    ...differenceLines(proof, style),
    ...queryLines(proof, style),
    ...failureLines('Refused when taken back', proof.undo.failures, style),
    ...leftLines(proof),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLine(proof: Proof, { paint }: TextStyle): string {
  const verdict = {
    holds: paint.good('The plan holds'),
    undecided: paint.severity('warning', 'What could be tried of the plan holds'),
    fails: paint.severity('error', 'The plan does not hold'),
  }[proofVerdict(proof)];
  return `${verdict} on Citus ${proof.citusVersion}, PostgreSQL ${proof.postgresVersion}.`;
}

function factLines(proof: Proof, tables: number): readonly string[] {
  const { seconds } = proof;
  const total = seconds.start + seconds.apply + seconds.compare + seconds.explain + seconds.undo;
  const failed = proof.failures.length + proof.untried.length;
  const applied =
    failed === 0
      ? `all ${formatExact(proof.statements)} statements`
      : `${formatExact(proof.statements - failed)} of ${formatExact(proof.statements)} statements`;
  const compared =
    proof.differences.length === 0 ? 'as planned' : plural(proof.differences.length, 'difference');
  const isClean = proof.undo.failures.length + proof.undo.left.length === 0;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Applied', `${applied} of ${plural(proof.steps, 'step')}`],
    [
      'Compared',
      `${plural(tables, 'table')}, their co-location and all that hangs on their shards: ${compared}`,
    ],
    ['Queries', proof.queries.length === 0 ? 'the plan knows none' : queryTally(proof)],
    ['Taken back', isClean ? 'nothing is left on any node' : 'not wholly'],
    [
      'Cluster',
      `${plural(proof.workers, 'worker')}, ${plural(proof.shardCount, 'shard')} per group, gone again`,
    ],
    ['Took', `${total.toFixed(1)} s`],
  ];
  return facts.map(([name, value]) => `${name.padEnd(10)}  ${value}`);
}

function missingLines({ missingExtensions, untried }: Proof, { width }: TextStyle): readonly string[] {
  if (missingExtensions.length === 0) return [];
  const told = `This machine lacks ${missingExtensions.join(', ')}: ${plural(untried.length, 'step')} could not be tried. Prove the plan where they are installed.`;
  return ['', ...wrap(told, width)];
}

function foreignLines({ queries }: Proof, { width }: TextStyle): readonly string[] {
  if (queries.length === 0 || queries.some(({ outcome }) => outcome !== 'not-tried')) return [];
  return ['', ...wrap('None of the queries fits this database: is the workload that of another one?', width)];
}

function failureLines(
  title: string,
  failures: readonly StatementFailure[],
  { paint, width }: TextStyle,
): readonly string[] {
  if (failures.length === 0) return [];
  const shown = failures
    .slice(0, mostShown)
    .flatMap(({ step, sql, message, hint }) => [
      `  ${paint.strong(step)}`,
      ...wrap(message, width - 4).map((line) => `    ${line}`),
      ...(hint === undefined ? [] : wrap(hint, width - 4).map((line) => `    ${paint.faint(line)}`)),
      `    ${paint.faint(truncate(sql.replace(/\s+/g, ' '), 2 * width))}`,
    ]);
  return [
    '',
    `${title}; what comes after the first may only follow from it:`,
    ...shown,
    ...more(failures.length),
  ];
}

function differenceLines({ differences }: Proof, { paint }: TextStyle): readonly string[] {
  const shown = differences
    .slice(0, mostShown)
    .flatMap(({ object, expected, found }) => [
      '',
      paint.severity('error', object),
      `  planned: ${expected}`,
      `  found:   ${found}`,
    ]);
  return [...shown, ...more(differences.length)];
}

function queryLines(proof: Proof, { paint, width }: TextStyle): readonly string[] {
  const all = surprises(proof);
  if (all.length === 0) return [];
  const shown = all.slice(0, mostShown);
  const rows = shown.map(({ shareOfCalls, predicted, real, sql }) => [
    formatShare(shareOfCalls),
    queryClassLabel(predicted).words,
    real === undefined ? 'not tried' : queryClassLabel(real).words,
    sql.replace(/\s+/g, ' ').trim(),
  ]);
  const [head = '', ...body] = alignColumns(
    [
      { title: 'Calls', align: 'right' },
      { title: 'Expected' },
      { title: 'Really' },
      { title: 'Query', shrinks: true },
    ],
    rows,
    width - 2,
    (text, row, column) =>
      row < 0
        ? paint.faint(text)
        : column === 2 && shown[row]?.outcome === 'refused'
          ? paint.severity('error', text)
          : text,
  );
  const entries = shown.flatMap((query, index) => [
    `  ${body[index] ?? ''}`,
    ...wrap(surpriseText(query), width - 6).map((line) => `      ${paint.faint(line)}`),
    ...(query.values.length === 0 || query.values.length > 6
      ? []
      : [`      ${paint.faint(truncate(`with ${assignments(query.values)}`, width - 6))}`]),
  ]);
  return ['', 'Queries that do not run as expected:', `  ${head}`, ...entries, ...more(all.length)];
}

function assignments(values: readonly string[]): string {
  return values.map((value, index) => `$${index + 1} = ${value.replace('::pg_catalog.', '::')}`).join(', ');
}

function leftLines({ undo: { left } }: Proof): readonly string[] {
  return left.length === 0
    ? []
    : ['', 'Still there:', ...left.slice(0, mostShown).map((one) => `  ${one}`), ...more(left.length)];
}

function more(count: number): readonly string[] {
  return count > mostShown ? [`  … and ${formatExact(count - mostShown)} more: --json`] : [];
}
