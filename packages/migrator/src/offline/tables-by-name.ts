import { displayName, nameKey, quoteIdentifier, quoteQualifiedName, UsageError } from '@shardwright/core';
import type { Plan, TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { tablesByNameSql } from '../sql-files.ts';

interface NamedRow {
  /** NULL where no table was named. */
  readonly word: string | null;
  /** NULL where there is no relation of that name. */
  readonly schema: string | null;
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/**
 * What is read of the tables that are named, with their partitions: as the plan reads them, or as they are. All tables
 * where none is named. Throws {@link UsageError} for what is no table.
 */
export async function loadsByName(
  source: Connection,
  words: readonly string[],
  plan: Plan | undefined,
): Promise<readonly TableLoad[]> {
  if (plan && words.length === 0) return plan.loads;
  const rows = await source.query<NamedRow>(tablesByNameSql, [JSON.stringify(words)]);
  for (const { word, schema, kind } of rows) refuseNoTable(source.target, word ?? '', schema, kind);
  const tables = new Map(
    rows.flatMap((row) => {
      const named = row.schema !== null && row.kind === 'r' ? { ...row, schema: row.schema } : undefined;
      return named ? [[nameKey(named), named] as const] : [];
    }),
  );
  if (!plan) return [...tables.values()].map(plainLoad);
  const loads = plan.loads.filter((load) => tables.has(nameKey(load.source)));
  const planned = new Set(loads.map((load) => nameKey(load.source)));
  const other = [...tables.values()].find((table) => !planned.has(nameKey(table)));
  if (!other) return loads;
  throw new UsageError(`the plan loads no rows of ${displayName(other)}`, {
    hint: 'Export it without the plan, or plan again.',
  });
}

const otherKinds: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
  I: 'an index',
  c: 'a type',
};

function refuseNoTable(source: string, word: string, schema: string | null, kind: string): void {
  if (schema === null) {
    throw new UsageError(`${source} has no table ${word}`, {
      hint: 'Write it as SQL does: shop.orders, "Odd Name". A plan is named by the directory that migrate plan wrote.',
    });
  }
  const other = otherKinds[kind];
  if (other !== undefined) throw new UsageError(`${word} is ${other}, and tables are exported only`);
}

/** Rows as they are; columns that are generated are left to be computed anew. */
function plainLoad({ schema, name, columns }: NamedRow & { readonly schema: string }): TableLoad {
  const table = { schema, name };
  const list = columns.map((column) => quoteIdentifier(column.name));
  return {
    source: table,
    target: table,
    kind: 'local',
    columns: columns.map((column) => ({ ...column, value: `t.${quoteIdentifier(column.name)}` })),
    select: `SELECT ${list.map((column) => `t.${column}`).join(', ')}\nFROM ONLY ${quoteQualifiedName(table)} AS t`,
    copy: `COPY ${quoteQualifiedName(table)} (${list.join(', ')}) FROM STDIN`,
  };
}
