import type { Workload } from '@shardwright/workload';

/** A query's part (0 … 1) of the workload's calls and of its time; without times both are the calls'. */
export interface QueryShare {
  readonly calls: number;
  readonly time: number;
}

/** The share of every query, in the workload's order. */
export function queryShares(workload: Workload): QueryShare[] {
  const { queries } = workload;
  const calls = queries.reduce((total, query) => total + query.calls, 0);
  const time = queries.reduce((total, query) => total + (query.totalTimeMs ?? 0), 0);
  const hasTimes = time > 0 && queries.every((query) => query.totalTimeMs !== undefined);
  return queries.map((query) => {
    const ofCalls = calls === 0 ? 0 : query.calls / calls;
    return { calls: ofCalls, time: hasTimes ? (query.totalTimeMs ?? 0) / time : ofCalls };
  });
}
