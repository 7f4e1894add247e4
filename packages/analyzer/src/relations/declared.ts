import { nameKey } from '@shardwright/core';
import type { DesignTables } from '../design/design-table.ts';
import { type Edge, isNeverNull, namingOf } from './edge.ts';

/** The relations that foreign keys declare; those of partitions count for the partitioned table, once. */
export function declaredEdges(tables: DesignTables): Edge[] {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  for (const from of tables.list) {
    for (const member of [from.table, ...from.partitions]) {
      for (const constraint of member.constraints) {
        if (constraint.kind !== 'foreign-key') continue;
        const toIndex = tables.indexOf.get(nameKey(constraint.references));
        const to = toIndex === undefined ? undefined : tables.list[toIndex];
        if (to === undefined) continue;
        const identity = [from.index, to.index, ...constraint.columns, ...constraint.referencedColumns].join(
          '\u0000',
        );
        if (seen.has(identity)) continue;
        seen.add(identity);
        edges.push({
          index: edges.length,
          from: from.index,
          to: to.index,
          columns: constraint.columns,
          referencedColumns: constraint.referencedColumns,
          origin: 'foreign-key',
          constraint: constraint.name,
          confidence: 1,
          notNull: constraint.columns.every((name) => {
            const column = from.columns.get(name);
            return column !== undefined && isNeverNull(from, column);
          }),
          isFunctional: true,
          naming: namingOf(from, constraint.columns, to, constraint.referencedColumns),
        });
      }
    }
  }
  return edges;
}
