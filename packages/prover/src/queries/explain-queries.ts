import { openCoordinator } from '@shardwright/cluster';
import type { Context } from '@shardwright/core';
import type { PlannedQuery, QueryProof } from '@shardwright/planner';
import { loadParser } from '@shardwright/sql';
import { explainQuery } from './explain-query.ts';

// Planning a join of seventeen tables takes a second; what takes a minute is no answer.
const longestMs = 60_000;

/** What the queries of a plan are explained on. */
export interface ExplainTarget {
  /** Of the coordinator, where the plan is applied. */
  readonly url: string;
  /** Statements that make names resolve as in the source. */
  readonly session: readonly string[];
  /** Of each co-location group. */
  readonly shardCount: number;
}

/** Asks Citus for the plan of each query, runs none, and leaves nothing. Throws only when the session is gone. */
export async function explainQueries(
  queries: readonly PlannedQuery[],
  { url, session, shardCount }: ExplainTarget,
  { emit, signal }: Context,
): Promise<readonly QueryProof[]> {
  if (queries.length === 0) return [];
  await loadParser();
  await using coordinator = await openCoordinator(url, { statementTimeoutMs: longestMs });
  for (const sql of session) await coordinator.query(sql);
  // A class of its own, which the analysis names with this condition.
  await coordinator.query('SET citus.enable_repartition_joins = on');
  const proofs: QueryProof[] = [];
  for (const query of queries) {
    signal.throwIfAborted();
    emit({
      kind: 'progress',
      phase: 'explaining',
      done: proofs.length,
      total: queries.length,
      unit: 'queries',
    });
    proofs.push(await explainQuery(coordinator, query, shardCount));
  }
  return proofs;
}
