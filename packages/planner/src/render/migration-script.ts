import { quoteLiteral } from '@shardwright/core';
import { isBeforeLoad, type Plan, type Step } from '../model/plan.ts';
import {
  byPhase,
  comment,
  echo,
  heading,
  phaseTitles,
  provenance,
  refuseWithoutCitus,
  type ScriptOptions,
  session,
  terminated,
} from './script.ts';

/**
 * The plan as a script for psql. The rows are loaded in its middle: `-v section=pre-data` ends before that place,
 * `-v section=post-data` begins after it, as the sections of pg_dump; without, the tables stay empty.
 */
export function renderMigration(plan: Plan, options: ScriptOptions = {}): string {
  const before = plan.steps.filter(({ phase }) => isBeforeLoad(phase));
  const after = plan.steps.filter(({ phase }) => !isBeforeLoad(phase));
  const numbered = numbers(plan.steps);
  const settings = session(plan);
  const head = [
    ...comment('MIGRATION TO CITUS: run it with psql on the coordinator of an empty Citus database'),
    '--',
    ...provenance(plan, options),
    ...comment(`Holds    ${counted(plan)}`),
    '--',
    ...comment(howToRun),
  ];
  // The place of the settings is known only when the lines before them are.
  const first = head.length + 3;
  const last = first + settings.length - 1;
  return [
    ...head,
    ...comment(`  sed -n '${first},${last}p;N,$p' migration.sql | psql -X "$TARGET"`),
    '',
    ...settings,
    ...refuseWithoutCitus(),
    ...sections,
    '',
    '\\if :pre_data',
    ...refuseExistingObjects(plan),
    ...phasesOf(before, numbered),
    '\\endif',
    ...load(plan),
    // Unconditional, so that it can be begun anywhere.
    ...phasesOf(after, numbered),
    '',
    echo('Done.'),
    '',
  ].join('\n');
}

const howToRun = `With rows, in three parts:
  psql -X -v section=pre-data  -f migration.sql "$TARGET"    tables, distributed and empty
  (load the rows: see LOAD below, and README.md)
  psql -X -v section=post-data -f migration.sql "$TARGET"    keys, indexes and all the rest
To try it, on empty tables and all at once:
  psql -X -v ON_ERROR_STOP=1 -f migration.sql "$TARGET"

Each statement is a transaction of its own, as some must be (so no --single-transaction), and the first error
stops the script. Before LOAD: mend the cause, run rollback.sql, begin again. After LOAD: mend the cause and go
on from N, the first line of the statement that failed (psql names the last):`;

/** Which part of the script runs; a section that nobody knows stops it. */
const sections: readonly string[] = [
  '\\if :{?section}',
  '\\else',
  '\\set section all',
  '\\endif',
  "SELECT :'section' IN ('all', 'pre-data') AS pre_data, :'section' IN ('all', 'post-data') AS post_data,",
  "  :'section' NOT IN ('all', 'pre-data', 'post-data') AS is_unknown",
  '\\gset',
  '\\if :is_unknown',
  "DO $$ BEGIN RAISE EXCEPTION 'nothing was done: section is pre-data or post-data'; END $$;",
  '\\endif',
];

/** Whatever stands in the way of the plan would be dropped by its rollback. */
function refuseExistingObjects({ tables }: Plan): readonly string[] {
  const schemas = [...new Set(tables.map(({ schema }) => schema))].sort().map(quoteLiteral);
  if (schemas.length === 0) return [];
  return [
    'DO $$ DECLARE found text; BEGIN',
    "  SELECT string_agg(relation, ', ') INTO found FROM (",
    "    SELECT format('%I.%I', nspname, relname) AS relation",
    '    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace',
    `    WHERE nspname IN (${schemas.join(', ')}) AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')`,
    '      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend',
    "        WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = c.oid AND deptype = 'e')",
    '    ORDER BY 1 LIMIT 5) AS first_five;',
    '  IF found IS NOT NULL THEN',
    "    RAISE EXCEPTION 'nothing was done: database % is not empty, it holds %', current_database(), found",
    "      USING HINT = 'Take an empty database. If these are left of an attempt that stopped, run rollback.sql first.';",
    '  END IF;',
    'END $$;',
  ];
}

function phasesOf(steps: readonly Step[], numbered: ReadonlyMap<Step, string>): readonly string[] {
  return byPhase(steps).flatMap(([phase, group]) => {
    const title = phaseTitles[phase];
    return [
      ...heading(`${title} (${group.length})`),
      echo(`${title}: ${group.length}`),
      ...group.flatMap((step) => [
        '',
        ...comment(`${numbered.get(step)}  ${step.title}`),
        ...step.hazards.flatMap((hazard) => comment(`  ! ${hazard}`)),
        ...step.apply.map(terminated),
      ]),
    ];
  });
}

/** The place between the sections, and what to know when rows are brought there. */
function load({ changes }: Plan): readonly string[] {
  const told = (title: string, kind: (typeof changes)[number]['kind']): readonly string[] => {
    const list = changes.filter((change) => change.kind === kind);
    return list.length === 0 ? [] : [...comment(title), ...list.flatMap(({ what }) => comment(`  ${what}`))];
  };
  return [
    ...heading('LOAD: the rows come here'),
    ...comment(
      'Reference tables first, then the others, by COPY with the columns named. Keys, indexes and foreign keys come\n' +
        'after the rows, as that is faster; checks and NOT NULL hold from the first row on.',
    ),
    ...told('More than copying, as the table gains a column:', 'column-added'),
    ...told('A row with NULL there is refused; look for them in the source first:', 'column-not-null'),
    '\\if :pre_data',
    '\\if :post_data',
    echo('Rows: none are loaded here'),
    '\\else',
    echo('The tables are ready for their rows. When these are there: -v section=post-data'),
    '\\quit',
    '\\endif',
    '\\endif',
  ];
}

function counted({ tables, steps }: Plan): string {
  const whole = tables.filter(({ partitionOf }) => partitionOf === undefined);
  const kinds = ['distributed', 'reference', 'single-shard', 'local'] as const;
  const counts = kinds.flatMap((kind) => {
    const count = whole.filter((table) => table.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const partitions = tables.length - whole.length;
  return [
    `${whole.length} tables (${counts.join(', ')})`,
    ...(partitions === 0 ? [] : [`${partitions} partitions`]),
    `${steps.length} steps`,
  ].join(', ');
}

function numbers(steps: readonly Step[]): ReadonlyMap<Step, string> {
  return new Map(steps.map((step, index) => [step, `[${index + 1}/${steps.length}]`]));
}
