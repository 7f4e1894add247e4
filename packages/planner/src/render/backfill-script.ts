import { displayName } from '@shardwright/core';
import type { Backfill } from '../model/backfill.ts';
import type { Plan } from '../model/plan.ts';
import { comment, echo, heading, provenance, type ScriptOptions, terminated } from './script.ts';

const sections = ['prepare', 'fill', 'finish', 'undo'] as const;

const words: Readonly<Record<(typeof sections)[number], string>> = {
  prepare: 'the columns and an index for each; no table is rewritten',
  fill: 'the values, 10,000 rows at a time; may be stopped and run again',
  finish: 'NOT NULL, once the application writes the columns and no row lacks a value',
  undo: 'takes all of it back',
};

/** Columns filled in the source itself, while it is in use: another way than taking them along when rows are loaded. */
export function renderBackfill(plan: Plan, options: ScriptOptions = {}): string {
  const { backfills, session } = plan;
  const width = Math.max(...sections.map((section) => section.length));
  return [
    ...comment(
      'BACKFILL: fills the columns that tables gain in the SOURCE. Nobody has to run it: loading the rows',
    ),
    ...comment(
      'takes the values along. It lets the application write the columns before the migration, and lets',
    ),
    ...comment('another path be chosen. Afterwards the source has changed: analyse and plan again.'),
    '--',
    ...provenance(plan, options),
    '--',
    ...sections.flatMap((section) =>
      comment(
        `  psql -X -v section=${section.padEnd(width)} -f backfill.sql "$SOURCE"   # ${words[section]}`,
      ),
    ),
    '',
    '\\set ON_ERROR_STOP on',
    '\\set QUIET on',
    ...session.map(terminated),
    '\\if :{?section}',
    '\\else',
    '\\set section none',
    '\\endif',
    `SELECT ${sections.map((section) => `:'section' = '${section}' AS is_${section}`).join(', ')}`,
    '\\gset',
    ...sections.flatMap((section, index) => [
      ...heading(`${section}: ${words[section]}`),
      `${index === 0 ? '\\if' : '\\elif'} :is_${section}`,
      ...orderOf(backfills, section).flatMap((backfill) => [
        '',
        echo(`${displayName(backfill.table)}.${backfill.column}`),
        ...statementsOf(backfill, section).flatMap((sql) => [lockTimeout(sql), terminated(sql)]),
      ]),
    ]),
    '\\else',
    "DO $$ BEGIN RAISE EXCEPTION 'nothing was done: section is prepare, fill, finish or undo'; END $$;",
    '\\endif',
    '',
  ].join('\n');
}

function orderOf(backfills: readonly Backfill[], section: (typeof sections)[number]): readonly Backfill[] {
  return section === 'undo' ? [...backfills].reverse() : backfills;
}

/** Who waits for a lock makes all others wait behind; only CONCURRENTLY waits for transactions and bars nobody. */
function lockTimeout(sql: string): string {
  return `SET lock_timeout = ${sql.includes(' CONCURRENTLY ') ? '0' : "'5s'"};`;
}

function statementsOf({ inSource }: Backfill, section: (typeof sections)[number]): readonly string[] {
  return section === 'fill' ? [inSource.fill] : inSource[section];
}
