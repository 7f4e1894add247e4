import { displayName, plural } from '@shardwright/core';
import {
  type Backfill,
  type Plan,
  type PlannedTable,
  phases,
  phaseTitles,
  type Weakening,
} from '@shardwright/planner';
import { code, inline, table } from '../markdown.ts';
import { printable } from '../printable.ts';
import { proofMarkdown } from '../proof/proof-markdown.ts';
import { byRisk, countsInWords, type PlanReport, pathInWords, risks, wholeTables } from './plan-report.ts';
import { sizeSentences } from './plan-sizes.ts';

/** What a plan will do, in order, and what to know before: the page that lies beside its scripts. */
export function renderPlanReadme(raw: PlanReport): string {
  const report = printable(raw);
  const sections = [
    opening(report),
    ...(report.proof === undefined ? [] : [proofMarkdown(report.proof)]),
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
function places({ plan }: PlanReport): string[] {
  const whole = wholeTables(plan);
  const names = (isWanted: (table: PlannedTable) => boolean): string =>
    whole
      .filter(isWanted)
      .map((one) => code(displayName(one)))
      .join(', ');
  const groups = plan.colocationGroups.map(({ name, shardCount, type }) => [
    type === undefined ? `${code(name)}, whole on one node` : `${code(name)} (${inline(type)})`,
    String(shardCount),
    names(({ colocationGroup }) => colocationGroup === name),
  ]);
  const others = (
    [
      ['range', 'alone, by ranges'],
      ['reference', 'copied to every node'],
      ['local', 'coordinator only'],
    ] as const
  ).flatMap(([strategy, words]) => {
    const list = names((table) => table.strategy === strategy);
    return list === '' ? [] : [[words, '', list]];
  });
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
    'The target is an empty database on the coordinator of a Citus cluster (`CREATE EXTENSION citus`). From this directory, every row included, and taken back again:',
    '',
    '```sh',
    'SOURCE=postgres://user@server/database TARGET=postgres://user@coordinator/database',
    'migrate run      . --source "$SOURCE" --target "$TARGET"  # goes on where it was, whatever ended it',
    'migrate verify --plan . --source "$SOURCE" --target "$TARGET"',
    'migrate rollback . --target "$TARGET" --backup rows.sql  # refused where somebody wrote since',
    '```',
    '',
    'Or with psql, the rows loaded by other means. Both scripts refuse a database without Citus, and `migration.sql` one that is not empty.',
    '',
    '```sh',
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
function beforehand(plan: Plan): string[] {
  const told = new Set(
    plan.steps
      .filter(({ phase }) => phase === 'roles' || phase === 'extensions')
      .flatMap(({ hazards }) => hazards),
  );
  const items = [...[...told].map((hazard) => inline(hazard)), ...toCount(plan)];
  return items.length === 0 ? [] : ['## Beforehand', '', ...items.map((item) => `- ${item}`)];
}

/** What `checks.sql` looks for, and what becomes of it. */
function toCount({ loads, backfills, foreignKeyChecks }: Plan): string[] {
  const lacking = loads.filter(({ isPlaced }) => isPlaced !== undefined).length;
  const ambiguous = backfills.filter(({ alternatives }) => alternatives.length > 0).length;
  const crossing = foreignKeyChecks.length;
  const counted = [
    ...(lacking === 0
      ? []
      : [
          `rows of ${plural(lacking, 'table')} that may have no value of the distribution column, and so no shard: the load sets them aside`,
        ]),
    ...(ambiguous === 0
      ? []
      : [`rows of ${plural(ambiguous, 'table')} to which two ways give different values`]),
    ...(crossing === 0
      ? []
      : [
          `rows that refer to a row of another distribution value, which ${plural(crossing, 'foreign key')} will refuse once the rows are there`,
        ]),
  ];
  if (counted.length === 0) return [];
  return [
    `\`psql -X -f checks.sql "$SOURCE"\` counts what is better mended before: ${counted.join('; ')}. It prints nothing where all is well.`,
  ];
}

function rows({ plan }: PlanReport): string[] {
  return [
    '## The rows',
    '',
    'Between the two sections, by COPY with the columns named, all tables read in one snapshot. `plan.json` holds for each table under `loads` the query for the source and the COPY for the target. Nothing may write to the source meanwhile, or what it writes is missing.',
    ...positions(plan),
    ...filled(plan),
  ];
}

/** Sequences move on between the plan and the load. */
function positions({ origin, sequences }: Plan): string[] {
  if (origin.kind !== 'database' || sequences.length === 0) return [];
  return [
    '',
    '`migration.sql` sets sequences to where they stood when this was planned. Once the rows are there and nothing writes to the source any more:',
    '',
    '```sh',
    `psql -XAt -c "SELECT format('SELECT pg_catalog.setval(%L, %s);', format('%I.%I', schemaname, sequencename), last_value) FROM pg_sequences WHERE last_value IS NOT NULL" "$SOURCE" | psql -X "$TARGET"`,
    '```',
  ];
}

/** The columns that tables gain, where their values come from, and what else these could be. */
function filled({ backfills }: Plan): string[] {
  if (backfills.length === 0) return [];
  const ambiguous = backfills.filter(({ alternatives }) => alternatives.length > 0);
  return [
    '',
    '### Columns that are filled on the way',
    '',
    'These tables gain the distribution column. The query of the load takes it along over LEFT JOINs, so that no row is lost; rows for which the way leads to nothing are set aside. While both databases are written to, `psql -X -v on=target -f checks.sql "$TARGET"` counts rows whose value is not any more what the way gives.',
    '',
    ...table(
      ['table', 'gains', 'over', 'rows without a value'],
      backfills.map((backfill) => [
        code(displayName(backfill.table)),
        code(backfill.column),
        inline(pathInWords(backfill)),
        inline(gapsIn(backfill.path)),
      ]),
      'llll',
    ),
    ...(ambiguous.length === 0
      ? []
      : [
          '',
          'More than one way leads to a value here. Where `checks.sql` finds rows to which they give different ones, somebody who knows the application has to choose. To take another way than the first, fill the column in the source over it (`backfill.sql` shows how), and plan again.',
          '',
          ...table(
            ['column', 'chosen', 'because', 'otherwise'],
            ambiguous.map((backfill) => [
              code(`${displayName(backfill.table)}.${backfill.column}`),
              inline(pathInWords(backfill)),
              inline(backfill.chosenBecause ?? ''),
              backfill.alternatives.map((other) => inline(pathInWords(other))).join('; '),
            ]),
            'llll',
          ),
        ]),
    '',
    '`backfill.sql` does the same in the source beforehand, in batches and while it is in use. Nobody has to: it is for applications that shall write the columns before they move.',
  ];
}

/** Whether every row gets a value on its way. */
function gapsIn(path: Backfill['path']): string {
  const columns = (hops: Backfill['path']): string =>
    hops.map((hop) => `${displayName(hop.from)}.${hop.columns.join(', ')}`).join(', ');
  const optional = path.filter(({ isOptional }) => isOptional);
  const undeclared = path.filter(({ constraint }) => constraint === undefined);
  const reasons = [
    ...(optional.length === 0 ? [] : [`${columns(optional)} may be NULL`]),
    ...(undeclared.length === 0 ? [] : [`no foreign key declares ${columns(undeclared)}`]),
  ];
  return reasons.length === 0 ? 'none' : `possible: ${reasons.join('; ')}`;
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
  const hasReason = list.some(({ reason }) => reason !== undefined);
  const hasRemedy = list.some(({ remedy }) => remedy !== undefined);
  return table(
    [
      'table',
      'object',
      'in the source',
      'on Citus',
      ...(hasReason ? ['risk, because'] : []),
      ...(hasRemedy ? ['what to do'] : []),
    ],
    list.map((one) => [
      code(displayName(one.table)),
      code(one.object),
      inline(one.before),
      inline(one.after),
      ...(hasReason ? [inline(one.reason ?? '')] : []),
      ...(hasRemedy ? [inline(one.remedy ?? '')] : []),
    ]),
    'l'.repeat(4 + Number(hasReason) + Number(hasRemedy)),
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
    '- `checks.sql`: what to count in the source before the load, and in the target after it; it only reads',
    '- `backfill.sql`: new columns filled in the source beforehand, for those who want to',
    '- `table-analysis.txt`: every table, with what changes in it and what it loses',
    '- `plan.json`: the same for programs',
  ];
}
