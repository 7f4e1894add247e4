import { displayName, formatExact, plural } from '@shardwright/core';
import { alignColumns, type Paint, printable, truncate, wrap } from '@shardwright/report';
import type { RowDifference, TableVerification, Verification } from '@shardwright/verifier';

/** Where the text is read. */
export interface VerificationStyle {
  readonly width: number;
  readonly paint: Paint;
}

const mostObjects = 20;
const mostLargeObjects = 5;

/** A verification for a terminal: the verdict, what was compared, then all that differs. */
export function renderVerification(raw: Verification, given: VerificationStyle): string {
  const found = printable(raw);
  const style = { ...given, width: Math.min(140, Math.max(60, given.width)) };
  const lines = [
    ...verdictLines(found, style),
    '',
    ...factLines(found),
    ...structureLines(found, style),
    ...sequenceLines(found, style),
    ...largeObjectLines(found, style),
    ...found.tables
      .filter(({ verdict }) => verdict === 'different')
      .flatMap((table) => tableLines(table, style)),
    ...hiddenLines(found, style),
    ...notComparedLines(found),
    ...(found.notes.length === 0 ? [] : ['', ...found.notes.flatMap((note) => wrap(note, style.width))]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLines(found: Verification, { paint, width }: VerificationStyle): readonly string[] {
  const verdict = {
    equal: paint.good('Source and target hold the same.'),
    different: paint.severity('error', 'Source and target do not hold the same.'),
    inconclusive: paint.severity('warning', 'Nothing differs of what was compared, and not all was.'),
  }[found.verdict];
  const { samplePercent } = found;
  if (samplePercent === undefined) return [verdict];
  const told = `Only a sample of ${samplePercent} % of the rows was compared: the others may differ.`;
  return [verdict, ...wrap(told, width).map((line) => paint.severity('warning', line))];
}

function factLines(found: Verification): readonly string[] {
  const compared = found.tables.filter(({ verdict }) => verdict !== 'not-compared');
  const rows = compared.reduce((sum, table) => sum + table.rows.source, 0);
  const aside = compared.reduce((sum, { setAside }) => sum + setAside, 0);
  const announced = found.structure.announced.length;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Source', found.source],
    ['Target', found.target],
    [
      'Structure',
      `${plural(found.structure.compared, 'object')}${announced === 0 ? '' : `, ${formatExact(announced)} changed as the plan says`}: ${outcome(found.structure.findings.length)}`,
    ],
    ['Sequences', `${formatExact(found.sequences.compared)}: ${outcome(found.sequences.findings.length)}`],
    ...(found.largeObjects.compared === 0
      ? []
      : ([
          [
            'Large objects',
            `${formatExact(found.largeObjects.compared)}: ${outcome(found.largeObjects.findings.length)}`,
          ],
        ] as const)),
    [
      'Rows',
      `${formatExact(rows)} of ${plural(compared.length, 'table')}: ${outcome(compared.filter(({ verdict }) => verdict === 'different').length, 'table')}`,
    ],
    ...sampleFacts(compared),
    ...(aside === 0
      ? []
      : ([
          ['Set aside', `${plural(aside, 'row')} of the source that have no shard, as the plan says`],
        ] as const)),
    ['Took', `${found.seconds.toFixed(1)} s`],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

function sampleFacts(tables: readonly TableVerification[]): readonly (readonly [string, string])[] {
  const sampled = tables.flatMap((table) => table.sampled ?? []);
  if (sampled.length === 0) return [];
  const pages = sampled.reduce((sum, one) => sum + one.pages, 0);
  const ofPages = sampled.reduce((sum, one) => sum + one.ofPages, 0);
  const rest = tables.length - sampled.length;
  const whole = rest === 0 ? '' : `; ${plural(rest, 'table')} as a whole`;
  return [
    [
      'Sample',
      `${formatExact(pages)} of ${plural(ofPages, 'page')} of ${plural(sampled.length, 'table')} of the source${whole}`,
    ],
  ];
}

function outcome(count: number, what = 'difference'): string {
  if (count === 0) return 'the same';
  return what === 'table' ? `${plural(count, 'table')} with differences` : plural(count, what);
}

function structureLines({ structure }: Verification, { paint, width }: VerificationStyle): readonly string[] {
  const { findings } = structure;
  const words = {
    missing: 'is missing',
    unexpected: 'is not in the source',
    changed: 'is not as in the source',
    'not-as-planned': 'is not as the plan makes it',
  } as const;
  return [
    ...findings
      .slice(0, mostObjects)
      .flatMap(({ object, change, expected, found }) => [
        '',
        `${paint.severity('error', object)} ${words[change]}`,
        ...(expected === undefined ? [] : [`  expected: ${truncate(expected, 2 * width)}`]),
        ...(found === undefined ? [] : [`  found:    ${truncate(found, 2 * width)}`]),
      ]),
    ...more(findings.length, mostObjects),
  ];
}

function sequenceLines({ sequences }: Verification, { paint }: VerificationStyle): readonly string[] {
  const { findings } = sequences;
  return findings.length === 0
    ? []
    : [
        '',
        ...findings.map((one) => `${paint.severity('error', `sequence ${displayName(one)}`)} ${one.what}`),
      ];
}

function largeObjectLines({ largeObjects }: Verification, { paint }: VerificationStyle): readonly string[] {
  const { findings } = largeObjects;
  if (findings.length === 0) return [];
  const shownFirst = findings.slice(0, mostLargeObjects);
  return [
    '',
    ...shownFirst.map(({ oid, what }) => `${paint.severity('error', `large object ${oid}`)} ${what}`),
    ...more(findings.length, mostLargeObjects),
  ];
}

function tableLines(table: TableVerification, style: VerificationStyle): readonly string[] {
  const { paint, width } = style;
  const name = paint.severity('error', displayName(table));
  const { source, target } = table.rows;
  const counts =
    source === target
      ? plural(source, 'row')
      : `${plural(source, 'row')}, in the target ${formatExact(target)}`;
  const least = table.allBucketsSearched ? '' : 'at least ';
  const differing = !table.sumsDiffer
    ? ''
    : table.differentRows === 0
      ? '; they differed, and not any more when they were looked for'
      : `; ${least}${plural(table.differentRows, 'row')} differ${table.differentRows === 1 ? 's' : ''}`;
  return [
    '',
    `${name}  ${counts}${differing}`,
    ...table.differences.flatMap((difference) => differenceLines(difference, style)),
    ...more(table.differentRows, Math.max(table.differences.length, 1), '--rows'),
    ...(table.misplacedRows === 0
      ? []
      : [`  ${plural(table.misplacedRows, 'row')} in shards where routed queries do not look:`]),
    ...table.misplaced.map(({ columns, shard, belongsTo }) => {
      const row = columns.map((column) => `${column.name} = ${shown(column.value)}`).join(', ');
      const where = `in shard ${shard}${belongsTo === undefined ? '' : `, belongs to ${belongsTo}`}`;
      return `    ${truncate(row, width - where.length - 8)}  ${paint.faint(where)}`;
    }),
    ...table.unequalPlacements.map(
      ({ shard, node, rows, rowsOfFirst }) =>
        `  The copy of shard ${shard} on ${node} is not like the first: ${plural(rows, 'row')}, ${formatExact(rowsOfFirst)} in the first`,
    ),
  ];
}

function differenceLines(
  { kind, key, copies, columns }: RowDifference,
  { paint, width }: VerificationStyle,
): readonly string[] {
  const keys = Object.entries(key).map(([name, value]) => `${name} = ${shown(value)}`);
  const title = {
    'only-in-source': 'only in the source',
    'only-in-target': 'only in the target',
    different: 'different',
    copies: `${copies.source} times in the source, ${copies.target} times in the target`,
  }[kind];
  const head = `  ${paint.strong(keys.length === 0 ? 'a row' : truncate(keys.join(', '), width - 20))}  ${title}`;
  if (kind === 'different') {
    const rows = columns.map(({ name, source, target }) => [name, shown(source), shown(target)]);
    const lines = alignColumns(
      [{ title: 'Column' }, { title: 'Source', shrinks: true }, { title: 'Target', shrinks: true }],
      rows,
      width - 4,
      (text, row) => (row < 0 ? paint.faint(text) : text),
    );
    return [head, ...lines.map((line) => `    ${line}`)];
  }
  const values = columns
    .filter(({ name }) => !(name in key))
    .map(({ name, source, target }) => `${name} = ${shown(source === undefined ? target : source)}`);
  return values.length === 0 ? [head] : [head, `    ${paint.faint(truncate(values.join(', '), width - 4))}`];
}

/** A value in quotes, so that an empty text can be told from none. */
function shown(value: string | null | undefined): string {
  return value === null || value === undefined ? 'NULL' : `'${value.replace(/\s+/g, ' ')}'`;
}

function hiddenLines({ hiddenRows }: Verification, { paint, width }: VerificationStyle): readonly string[] {
  return hiddenRows
    .filter(({ liveRows }) => liveRows > 0)
    .flatMap((table) => [
      '',
      `${paint.severity('error', displayName(table))} holds about ${plural(table.liveRows, 'row')} that no query sees, in its own heap on ${table.node}`,
      ...wrap(
        'They were written before it was distributed, or past Citus. If its shards have them, truncate_local_data_after_distributing_table removes them.',
        width - 2,
      ).map((line) => `  ${line}`),
    ]);
}

function notComparedLines({ tables }: Verification): readonly string[] {
  const skipped = tables.filter(({ verdict }) => verdict === 'not-compared');
  return skipped.length === 0
    ? []
    : [
        '',
        'Rows that were not compared:',
        ...skipped.map((table) => `  ${displayName(table)}: ${table.reason}`),
      ];
}

function more(count: number, shownCount: number, option = '--json'): readonly string[] {
  return count > shownCount ? [`  … and ${formatExact(count - shownCount)} more: ${option}`] : [];
}
