import { DatabaseError, UsageError } from '@shardwright/core';
import { errorCode } from '@shardwright/postgres';
import type { Coordinator } from '../coordinator.ts';
import { type DistributedPlan, readPlan } from './read-plan.ts';

/** How Citus runs a statement, or that it does not. */
export type Explanation =
  | { readonly kind: 'plan'; readonly plan: DistributedPlan; readonly document: unknown }
  /** Citus' own words. */
  | { readonly kind: 'refused'; readonly message: string; readonly detail?: string; readonly hint?: string };

/**
 * Plans one statement, and with `analyze` runs it, in a transaction that is rolled back either way. That Citus
 * cannot run it is an answer; throws {@link DatabaseError} for errors of the statement itself and
 * {@link UsageError} for parameters without values.
 */
export async function explainStatement(
  coordinator: Coordinator,
  sql: string,
  options: { readonly analyze?: boolean } = {},
): Promise<Explanation> {
  const { analyze = false } = options;
  await coordinator.query('BEGIN');
  try {
    await coordinator.query('SET LOCAL citus.explain_all_tasks = on');
    // Only the planner's own messages tell a fast path from other plans on one shard.
    await coordinator.query('SET LOCAL client_min_messages = debug2');
    const { result, notices } = await coordinator.listen(() =>
      // With parameters, even none, the text is one statement: a second one cannot end our transaction.
      coordinator.query<{ 'QUERY PLAN': unknown }>(
        `EXPLAIN (FORMAT JSON, VERBOSE${analyze ? ', ANALYZE' : ''}) ${sql}`,
        [],
      ),
    );
    const document = result[0]?.['QUERY PLAN'];
    const isFastPath = notices.some(({ message }) => /planning for a fast-path router query/i.test(message));
    return { kind: 'plan', plan: readPlan(document, { isFastPath }), document };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    if (/^(42P02|42P18|08P01)$/.test(errorCode(error) ?? '')) {
      throw new UsageError('the statement has parameters, and a plan needs their values', {
        cause: error,
        hint: 'Write literals instead of $1, $2, …: which shards a statement needs depends on them.',
      });
    }
    throw error;
  } finally {
    await coordinator.query('ROLLBACK').catch(() => {});
  }
}

/** Citus says what it cannot run as `feature_not_supported`, and at times as an internal error. */
function refusalOf(error: unknown): Explanation | undefined {
  if (!(error instanceof DatabaseError) || !/^(0A000|XX000)$/.test(errorCode(error) ?? '')) return undefined;
  const said = error.cause;
  if (!(said instanceof Error)) return undefined;
  return {
    kind: 'refused',
    message: said.message,
    ...('detail' in said && typeof said.detail === 'string' ? { detail: said.detail } : {}),
    ...('hint' in said && typeof said.hint === 'string' ? { hint: said.hint } : {}),
  };
}
