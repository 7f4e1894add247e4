import type { Catalog } from '@shardwright/catalog';
import type { Workload } from '@shardwright/workload';
import { changedTable, joinEdges, keyFilters } from '../classify/column-uses.ts';
import { prepareQuery } from '../classify/prepare-query.ts';
import type { QueryFacts } from './query-facts.ts';
import { queryShares } from './query-shares.ts';

/** What each query of a workload asks of a design; queries that cannot be told are left out. */
export function readFacts(workload: Workload, catalog: Catalog): QueryFacts[] {
  const shares = queryShares(workload);
  return workload.queries.flatMap((query, position) => {
    const prepared = prepareQuery(query.sql, catalog);
    const share = shares[position];
    if (!prepared.outcome.ok || share === undefined) return [];
    const filters = keyFilters(prepared);
    const changes = changedTable(prepared);
    return [
      {
        share: (share.calls + share.time) / 2,
        calls: query.calls,
        tables: [...new Set(filters.map(({ table }) => table))],
        ...(changes === undefined ? {} : { changes }),
        joins: joinEdges(prepared),
        filters: boundEverywhere(filters),
      },
    ];
  });
}

/** A table that appears twice is bound by a column only where each appearance is. */
function boundEverywhere(
  filters: readonly { readonly table: string; readonly columns: readonly string[] }[],
): { table: string; column: string }[] {
  const counts = new Map<string, { table: string; column: string; count: number }>();
  const appearances = new Map<string, number>();
  for (const { table, columns } of filters) {
    appearances.set(table, (appearances.get(table) ?? 0) + 1);
    for (const column of new Set(columns)) {
      const key = `${table}\u0000${column}`;
      const entry = counts.get(key) ?? { table, column, count: 0 };
      entry.count++;
      counts.set(key, entry);
    }
  }
  return [...counts.values()]
    .filter(({ table, count }) => count === appearances.get(table))
    .map(({ table, column }) => ({ table, column }));
}
