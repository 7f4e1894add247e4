import type { RelationStep } from '@shardwright/analyzer';
import { displayName, plural, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import { type Plan, phases, phaseTitles, type Weakening } from '@shardwright/planner';
import { backfillPath } from '../decision-label.ts';
import { code, inline, table } from '../markdown.ts';
import { printable } from '../printable.ts';
import { byRisk, countsInWords, type PlanReport, risks, wholeTables } from './plan-report.ts';
import { sizeSentences } from './plan-sizes.ts';

/** What a plan will do, in order, and what to know before: the page that lies beside its scripts. */
export function renderPlanReadme(raw: PlanReport): string {
  const report = printable(raw);
  const sections = [
    opening(report),
    order(report.plan),
    places(report),
    howToRun(report.plan),
    beforehand(report.plan),
    rows(report),
    sizes(report),
    weakened(report.plan),
    leftOut(report.plan),
    changed(report.plan),
    files(),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function opening(report: PlanReport): string[] {
  const { plan, madeAt, toolVersion } = report;
  const { origin, fingerprint } = plan;
  const version = origin.serverVersion === undefined ? '' : ` (PostgreSQL ${origin.serverVersion})`;
  const high = plan.weakenings.filter(({ risk }) => risk === 'high').length;
  const made = [
    ...(madeAt === undefined ? [] : [`Planned ${inline(madeAt)}`]),
    ...(toolVersion === undefined ? [] : [`by shardwright ${inline(toolVersion)}`]),
  ].join(' ');
  return [
    `# ${code(origin.label)} to Citus`,
    '',
    `${plural(wholeTables(plan).length, 'table')}${version}: ${countsInWords(report)}.`,
    '',
    [
      `${plural(plan.steps.length, 'step')}; ${plural(plan.weakenings.length, 'guarantee')} of the source ${plan.weakenings.length === 1 ? 'gets' : 'get'} weaker, ${high} of them at high risk; ${plan.leftOut.length === 0 ? 'nothing is' : `${plural(plan.leftOut.length, 'object')} ${plan.leftOut.length === 1 ? 'is' : 'are'}`} left out.`,
      `${made}${made === '' ? 'For' : ' for'} the structure ${code(fingerprint.digest)}.`,
    ].join(' '),
  ];
}

function order({ steps }: Plan): string[] {
  const items = phases.flatMap((phase) => {
    if (phase === 'load') return ['**The rows are loaded**: your part, see below'];
    const count = steps.filter((step) => step.phase === phase).length;
    return count === 0 ? [] : [`${phaseTitles[phase]}: ${count}`];
  });
  return ['## What happens, in order', '', ...items.map((item, index) => `${index + 1}. ${item}`)];
}

/** Which tables live together. */
function places({ plan, analysis }: PlanReport): string[] {
  const names = (kind: string): string =>
    wholeTables(plan)
      .filter((one) => one.kind === kind)
      .map((one) => code(displayName(one)))
      .join(', ');
  const groups = analysis.colocationGroups.map(({ name, shardCount, tables }) => [
    code(name),
    String(shardCount),
    tables.map((one) => code(displayName(one))).join(', '),
  ]);
  const others = (['reference', 'local'] as const).flatMap((kind) =>
    names(kind) === ''
      ? []
      : [[kind === 'reference' ? 'copied to every node' : 'coordinator only', '', names(kind)]],
  );
  return [
    '## Where tables live',
    '',
    ...table(['together by', 'shards', 'tables'], [...groups, ...others], 'lrl'),
  ];
}

function howToRun({ steps }: Plan): string[] {
  const stays = steps.some(({ phase }) => phase === 'roles') ? ', but for roles' : '';
  return [
    '## How to run it',
    '',
    'The target is an empty database on the coordinator of a Citus cluster (`CREATE EXTENSION citus`). Both scripts refuse a database without Citus, and `migration.sql` one that is not empty.',
    '',
    '```sh',
    'TARGET=postgres://user@coordinator/database',
    'psql -X -v section=pre-data  -f migration.sql "$TARGET"   # tables, distributed and empty',
    '                                                          # load the rows',
    'psql -X -v section=post-data -f migration.sql "$TARGET"   # keys, indexes and all the rest',
    '```',
    '',
    'Before that, `migrate prove` tries the plan on an empty throw-away Citus of its own. By hand, without rows, and taken back:',
    '',
    '```sh',
    'psql -X -v ON_ERROR_STOP=1 -f migration.sql "$TARGET"',
    'psql -X -v ON_ERROR_STOP=1 -f rollback.sql  "$TARGET"',
    '```',
    '',
    `The first error stops a script; the head of \`migration.sql\` says how to go on. \`rollback.sql\` drops everything that \`migration.sql\` made, rows included${stays}; the source is never touched.`,
  ];
}

/** What must be so before the first statement runs. */
function beforehand({ steps, changes }: Plan): string[] {
  const told = new Set(
    steps
      .filter(({ phase }) => phase === 'roles' || phase === 'extensions')
      .flatMap(({ hazards }) => hazards),
  );
  const notNull = changes.filter(({ kind }) => kind === 'column-not-null');
  if (told.size + notNull.length === 0) return [];
  const items = [...told].map((hazard) => `- ${inline(hazard)}`);
  return ['## Beforehand', '', ...items, ...(items.length > 0 ? [''] : []), ...nullCounts(notNull)].slice(
    0,
    notNull.length === 0 ? -1 : undefined,
  );
}

/** One query for the source that counts the rows which the target would refuse. */
function nullCounts(columns: Plan['changes']): string[] {
  if (columns.length === 0) return [];
  const queries = columns.map(({ table: name, object }) => {
    const column = quoteIdentifier(object);
    const label = quoteLiteral(`${displayName(name)}.${column}`);
    return `SELECT ${label} AS "column", count(*) FROM ${quoteQualifiedName(name)} WHERE ${column} IS NULL`;
  });
  return [
    `${plural(columns.length, 'column')} that may be NULL in the source ${columns.length === 1 ? 'becomes' : 'become'} NOT NULL, as a row without a value of the distribution column has no shard. In the source, this must list nothing:`,
    '',
    '```sql',
    'SELECT * FROM (',
    `  ${queries.join('\n  UNION ALL\n  ')}`,
    ') AS counts WHERE count > 0;',
    '```',
  ];
}

function rows({ analysis }: PlanReport): string[] {
  const backfilled = analysis.tables.flatMap(({ decision, ...name }) =>
    decision.kind === 'distributed' && decision.addedColumn ? [{ decision, name }] : [],
  );
  return [
    '## The rows',
    '',
    'Between the two sections: reference tables first, then the others, by COPY with the columns named. Nothing may write to the source meanwhile, or what it writes is missing.',
    ...(backfilled.length === 0
      ? []
      : [
          '',
          'These tables gain the distribution column. Take it along by joining the table over which it is reached (LEFT JOIN, so that no row is lost; set rows without a value aside):',
          '',
          ...table(
            ['table', 'gains', 'over', 'rows without a value'],
            backfilled.map(({ decision, name }) => [
              code(displayName(name)),
              code(decision.column),
              inline(`${backfillPath(decision)}.${decision.column}`),
              gapsIn(decision.via),
            ]),
            'llll',
          ),
        ]),
  ];
}

/** Whether every row gets a value on its way. */
function gapsIn(via: readonly RelationStep[]): string {
  const nullable = via.filter(({ notNull }) => !notNull);
  const undeclared = via.filter(({ constraint }) => constraint === undefined);
  const columns = (steps: readonly RelationStep[]): string =>
    steps.map((step) => code(`${displayName(step.from)}.${step.columns.join(', ')}`)).join(', ');
  const reasons = [
    ...(nullable.length === 0 ? [] : [`${columns(nullable)} may be NULL`]),
    ...(undeclared.length === 0 ? [] : [`no foreign key declares ${columns(undeclared)}`]),
  ];
  return reasons.length === 0 ? 'none' : `possible: ${reasons.join(', ')}`;
}

function sizes(report: PlanReport): string[] {
  const sentences = sizeSentences(report);
  return sentences.length === 0
    ? []
    : ['## Time and disk', '', ...sentences.map((sentence) => `- ${sentence}`)];
}

function weakened(plan: Plan): string[] {
  if (plan.weakenings.length === 0) return [];
  const all = byRisk(plan);
  const parts = risks.flatMap((risk) => {
    const list = all.filter((one) => one.risk === risk);
    if (list.length === 0) return [];
    const lines = ledger(list);
    return [
      '',
      `### ${riskTitles[risk]} (${list.length})`,
      '',
      ...(list.length > 40
        ? ['<details><summary>all of them</summary>', '', ...lines, '', '</details>']
        : lines),
    ];
  });
  return [
    '## What gets weaker',
    '',
    'A shard checks its own rows only. Each line is a promise that the source keeps and the target does not, or not for the whole table.',
    ...parts,
  ];
}

const riskTitles = {
  high: 'High risk: wrong data can arise where the source refused it',
  medium: 'Medium risk: the application meets it sooner or later',
  low: 'Low risk: only in ways that hardly anybody uses',
} as const;

function ledger(list: readonly Weakening[]): string[] {
  const hasRemedy = list.some(({ remedy }) => remedy !== undefined);
  return table(
    ['table', 'object', 'in the source', 'on Citus', ...(hasRemedy ? ['what to do'] : [])],
    list.map((one) => [
      code(displayName(one.table)),
      code(one.object),
      inline(one.before),
      inline(one.after),
      ...(hasRemedy ? [inline(one.remedy ?? '')] : []),
    ]),
    hasRemedy ? 'lllll' : 'llll',
  );
}

function leftOut({ leftOut: list }: Plan): string[] {
  if (list.length === 0) return [];
  return [
    '## What is left out, and what to do instead',
    '',
    ...table(
      ['object', 'why', 'instead'],
      list.map(({ object, why, instead }) => [inline(object), inline(why), inline(instead)]),
      'lll',
    ),
  ];
}

const changeTitles = {
  'column-added': 'columns added',
  'column-type': 'columns with another type',
  'column-not-null': 'columns that become NOT NULL',
  'key-extended': 'keys and unique indexes extended by the distribution column',
  'foreign-key-extended': 'foreign keys extended by the distribution column',
  'foreign-key-action': 'foreign keys that lose an action',
  'foreign-key-dropped': 'foreign keys left out',
  'constraint-dropped': 'other constraints left out',
  'object-dropped': 'other objects left out',
  'object-changed': 'other objects changed',
} as const satisfies Readonly<Record<Plan['changes'][number]['kind'], string>>;

function changed({ changes }: Plan): string[] {
  if (changes.length === 0) return [];
  const kinds = (Object.keys(changeTitles) as (keyof typeof changeTitles)[]).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [[String(count), changeTitles[kind]]];
  });
  return [
    '## What changes in the definitions',
    '',
    ...table(['', 'what'], kinds, 'rl'),
    '',
    'Each of them stands with its table in `table-analysis.txt`.',
  ];
}

function files(): string[] {
  return [
    '## Files',
    '',
    '- `migration.sql`, `rollback.sql`: there and back, for psql',
    '- `table-analysis.txt`: every table, with what changes in it and what it loses',
    '- `plan.json`: the same for programs',
  ];
}
