import type { Decision } from '@shardwright/analyzer';
import type { Table } from '@shardwright/catalog';
import { nameKey, type QualifiedName } from '@shardwright/core';

/**
 * Local tables that take part in inheritance: foreign keys that tie them, over whatever other local tables, to a
 * reference table would put them into Citus' metadata, which takes no such tables.
 */
export function unmanageableTables(
  tables: readonly Table[],
  decisionOf: (name: QualifiedName) => Decision,
): ReadonlySet<string> {
  const isLocal = (name: QualifiedName): boolean => decisionOf(name).kind === 'local';
  const names = new Set<string>();
  for (const table of tables.filter(isLocal)) {
    for (const parent of table.inherits) {
      names.add(nameKey(table));
      names.add(nameKey(parent));
    }
    // Partitions of a partition as well.
    if (table.partitionOf && table.partitionKey) names.add(nameKey(table));
  }
  return names;
}
