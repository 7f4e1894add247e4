import type { Decision } from '@shardwright/analyzer';
import type { Table } from '@shardwright/catalog';
import { displayName, nameKey, type QualifiedName } from '@shardwright/core';
import type { Change } from '../model/change.ts';

/**
 * Citus distributes partitioned tables of one level. Of deeper ones the first level stays, and its partitions hold
 * their rows themselves.
 */
export function withoutSubpartitions(
  tables: readonly Table[],
  decisionOf: (name: QualifiedName) => Decision,
  changes: Change[],
): readonly Table[] {
  const byName = new Map(tables.map((table) => [nameKey(table), table]));
  const parentOf = (table: Table): Table | undefined =>
    table.partitionOf && byName.get(nameKey(table.partitionOf.parent));
  return tables.flatMap((table) => {
    const parent = parentOf(table);
    if (!parent || decisionOf(table).kind === 'local') return [table];
    if (parentOf(parent)) return [];
    if (table.partitionKey === undefined) return [table];
    changes.push({
      table,
      object: table.name,
      kind: 'object-changed',
      what: `${displayName(table)} holds its rows itself, without partitions of its own`,
      why: 'Citus distributes partitioned tables of one level only',
    });
    const { partitionKey: _gone, ...leaf } = table;
    return [leaf];
  });
}
