import { displayName, nameKey } from '@shardwright/core';
import type { Difference, Plan, PlannedTable } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { tablesSql } from './sql-files.ts';

interface FoundTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly key: string;
  readonly colocationId: number;
}

/** Holds each table's kind, distribution column and co-location against the plan. */
export async function compareTables(connection: Connection, plan: Plan): Promise<readonly Difference[]> {
  const rows = await connection.query<FoundTable>(tablesSql);
  const found = new Map(rows.map((row) => [nameKey(row), row]));
  const differences = plan.tables
    .filter((table) => table.partitionOf === undefined)
    .flatMap((table): Difference[] => {
      const expected = describePlanned(table);
      const actual = describeFound(found.get(nameKey(table)));
      return expected === actual ? [] : [{ object: displayName(table), expected, found: actual }];
    });
  return [...differences, ...compareColocation(plan, found)];
}

function describePlanned(table: PlannedTable): string {
  switch (table.kind) {
    case 'distributed':
      return `distributed by ${table.distributionColumn}`;
    case 'reference':
      return 'a reference table';
    case 'single-shard':
      return 'on a single shard';
    case 'local':
      return 'local';
    default:
      return table.kind satisfies never;
  }
}

function describeFound(table: FoundTable | undefined): string {
  if (table === undefined || table.kind === 'local') return 'local';
  if (table.kind === 'reference') return 'a reference table';
  return table.key === '<none>' ? 'on a single shard' : `distributed by ${table.key}`;
}

/** Tables of one group share a co-location id, and no other group has it. */
function compareColocation(plan: Plan, found: ReadonlyMap<string, FoundTable>): readonly Difference[] {
  const idOf = new Map<string, number>();
  const groupOf = new Map<number, string>();
  return plan.tables.flatMap((table): Difference[] => {
    const group = table.colocationGroup;
    const id = found.get(nameKey(table))?.colocationId;
    if (group === undefined || id === undefined) return [];
    const expected = idOf.get(group) ?? id;
    idOf.set(group, expected);
    const other = groupOf.get(id) ?? group;
    groupOf.set(id, other);
    if (id === expected && other === group) return [];
    const where = other === group ? 'apart from the others of its group' : `with those of ${other}`;
    return [{ object: displayName(table), expected: `co-located by ${group}`, found: where }];
  });
}
