import { displayName, quoteIdentifier, quoteLiteral } from '@shardwright/core';
import { readRows } from '../load/read-rows.ts';
import type { BackfillHop } from '../model/backfill.ts';
import type { Plan } from '../model/plan.ts';
import { comment, heading, provenance, type ScriptOptions } from './script.ts';

/** What to count in the source before rows are loaded, and in the target after: it reads, and prints what it finds. */
export function renderChecks(plan: Plan, options: ScriptOptions = {}): string {
  return [
    ...comment('CHECKS: they read only, and print what they find; nothing printed is nothing found'),
    '--',
    ...provenance(plan, options),
    '--',
    ...comment('  psql -X -f checks.sql "$SOURCE"                before the load'),
    ...comment(
      '  psql -X -v on=target -f checks.sql "$TARGET"   after it, for as long as both are written to',
    ),
    '',
    '\\set ON_ERROR_STOP on',
    '\\set QUIET on',
    '\\pset tuples_only on',
    '\\pset format unaligned',
    "\\pset fieldsep ': '",
    '\\if :{?on}',
    '\\else',
    '\\set on source',
    '\\endif',
    "SELECT :'on' = 'target' AS on_target, :'on' NOT IN ('source', 'target') AS is_unknown",
    '\\gset',
    '\\if :is_unknown',
    "DO $$ BEGIN RAISE EXCEPTION 'nothing was checked: on is source or target'; END $$;",
    '\\elif :on_target',
    ...targetChecks(plan),
    '\\else',
    ...sourceChecks(plan),
    '\\endif',
    '',
  ].join('\n');
}

function sourceChecks({ loads, backfills, foreignKeyChecks }: Plan): readonly string[] {
  return [
    ...heading('Rows without a value of the distribution column: the load sets them aside'),
    ...loads
      .filter(({ isPlaced }) => isPlaced !== undefined)
      .flatMap((load) =>
        check(
          `${displayName(load.source)}, rows without ${load.distributionColumn}`,
          `SELECT count(*) FROM (\n${readRows(load, { which: 'set-aside' })}\n) AS aside`,
        ),
      ),
    ...heading('Rows to which another way gives another value: somebody has to choose'),
    ...backfills.flatMap(({ table, column, alternatives }) =>
      alternatives.flatMap(({ path, countDifferent }) =>
        check(`${displayName(table)}, rows with another ${column} over ${wayOf(path)}`, countDifferent),
      ),
    ),
    ...heading('Rows that refer to a row of another value: their foreign key will be refused'),
    ...foreignKeyChecks.flatMap(({ table, constraint, countBroken }) =>
      check(`${displayName(table)}, rows that break ${constraint}`, countBroken),
    ),
  ];
}

function targetChecks({ backfills }: Plan): readonly string[] {
  return [
    ...heading('Rows whose value is not, or not any more, what their path leads to'),
    ...backfills.flatMap(({ table, column, path, countDrifted }) =>
      check(`${displayName(table)}, rows with another ${column} than over ${wayOf(path)}`, countDrifted),
    ),
  ];
}

function check(label: string, count: string): readonly string[] {
  return ['', `SELECT ${quoteLiteral(label)}, count FROM (\n${count}\n) AS counted WHERE count > 0;`];
}

function wayOf(path: readonly BackfillHop[]): string {
  return path
    .map(({ columns, to }) => `${columns.map(quoteIdentifier).join(', ')} → ${displayName(to)}`)
    .join(' → ');
}
