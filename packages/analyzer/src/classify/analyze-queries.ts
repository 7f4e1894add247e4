import type { Catalog } from '@shardwright/catalog';
import type { Workload, WorkloadQuery } from '@shardwright/workload';
import type { Design } from '../model/design.ts';
import type { QueryAnalysis, QueryClass, QuerySummary } from '../model/query.ts';
import { classify } from './classify.ts';
import { improveByPredicate } from './improve-by-predicate.ts';
import { prepareQuery } from './prepare-query.ts';

/** A workload's queries with their classes under a design, in the workload's order, and their sum. */
export function analyzeQueries(
  workload: Workload,
  catalog: Catalog,
  design: Design,
): { readonly queries: readonly QueryAnalysis[]; readonly summary: QuerySummary } {
  const calls = sum(workload.queries, (query) => query.calls);
  const totalTimeMs = sum(workload.queries, (query) => query.totalTimeMs ?? 0);
  const queries = workload.queries.map((query): QueryAnalysis => {
    const prepared = prepareQuery(query.sql, catalog);
    const classification = classify(prepared, design);
    const addPredicate = improveByPredicate(prepared, design);
    return {
      ...classification,
      ...shares(query, calls, totalTimeMs),
      fingerprint: query.fingerprint,
      sql: query.sql,
      calls: query.calls,
      source: query.source,
      ...(addPredicate === undefined ? {} : { addPredicate }),
    };
  });
  return { queries, summary: summarizeQueries(queries) };
}

function shares(
  query: WorkloadQuery,
  calls: number,
  totalTimeMs: number,
): Pick<QueryAnalysis, 'shareOfCalls' | 'shareOfTime' | 'totalTimeMs'> {
  const shareOfCalls = share(query.calls, calls);
  if (query.totalTimeMs === undefined) return { shareOfCalls };
  return { shareOfCalls, totalTimeMs: query.totalTimeMs, shareOfTime: share(query.totalTimeMs, totalTimeMs) };
}

/** Shares of calls and time by class, the most called class first. Shares of time are there when all queries have times. */
export function summarizeQueries(queries: readonly QueryAnalysis[]): QuerySummary {
  const calls = sum(queries, (query) => query.calls);
  const hasTimes = queries.length > 0 && queries.every((query) => query.totalTimeMs !== undefined);
  const time = (list: readonly QueryAnalysis[]): number => sum(list, (query) => query.totalTimeMs ?? 0);
  const totalTimeMs = time(queries);
  const byClass = new Map<QueryClass, QueryAnalysis[]>();
  for (const query of queries) {
    const list = byClass.get(query.class);
    if (list) list.push(query);
    else byClass.set(query.class, [query]);
  }
  const classes = [...byClass].map(([name, list]) => ({
    class: name,
    queries: list.length,
    shareOfCalls: share(
      sum(list, (query) => query.calls),
      calls,
    ),
    ...(hasTimes ? { shareOfTime: share(time(list), totalTimeMs) } : {}),
  }));
  classes.sort((left, right) => right.shareOfCalls - left.shareOfCalls);
  return { queries: queries.length, calls, ...(hasTimes ? { totalTimeMs } : {}), classes };
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
