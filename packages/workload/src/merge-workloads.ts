import type { Workload } from './model.ts';
import { addQuery, closedQueries, type OpenQuery } from './open-query.ts';

/** Several workloads as one: entries of the same query are summed. */
export function mergeWorkloads(workloads: readonly Workload[]): Workload {
  const queries = new Map<string, OpenQuery>();
  for (const query of workloads.flatMap((workload) => workload.queries)) {
    addQuery(queries, { ...query, totalTimeMs: query.totalTimeMs, rows: query.rows });
  }
  return {
    sources: workloads.flatMap((workload) => workload.sources),
    queries: closedQueries(queries),
    unparsed: workloads.flatMap((workload) => workload.unparsed),
  };
}
