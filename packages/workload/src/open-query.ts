import type { WorkloadQuery } from './model.ts';

/** A query whose costs are still being added up. */
export type OpenQuery = Omit<WorkloadQuery, 'calls' | 'totalTimeMs' | 'rows'> & {
  calls: number;
  totalTimeMs: number | undefined;
  rows: number | undefined;
};

/** Adds a query's costs to those of the same fingerprint; the first text and position of each stay. */
export function addQuery(queries: Map<string, OpenQuery>, query: OpenQuery): void {
  const sum = queries.get(query.fingerprint);
  if (sum === undefined) {
    queries.set(query.fingerprint, { ...query });
    return;
  }
  sum.calls += query.calls;
  if (query.totalTimeMs !== undefined) sum.totalTimeMs = (sum.totalTimeMs ?? 0) + query.totalTimeMs;
  if (query.rows !== undefined) sum.rows = (sum.rows ?? 0) + query.rows;
}

/** The queries in order of their first appearance. */
export function closedQueries(queries: ReadonlyMap<string, OpenQuery>): WorkloadQuery[] {
  return [...queries.values()].map(({ totalTimeMs, rows, ...query }) => ({
    ...query,
    ...(totalTimeMs === undefined ? {} : { totalTimeMs }),
    ...(rows === undefined ? {} : { rows }),
  }));
}
