import type { Classification, QueryClass } from '../model/query.ts';
import { type Plan, PlanningError } from './citus/planning.ts';
import { planQuery } from './citus/plan-statement.ts';
import type { Layout } from './context.ts';
import type { PreparedQuery } from './prepare.ts';

/** How Citus runs a prepared query under a layout. */
export function classifyPrepared(prepared: PreparedQuery, layout: Layout): Classification {
  const { outcome } = prepared;
  if (!outcome.ok) return { class: 'unknown', reason: outcome.problem };
  try {
    return classificationOf(planQuery(outcome.query, prepared.names, layout));
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    return { class: 'unsupported', reason: error.detail ?? error.message, error: error.message };
  }
}

function classificationOf(plan: Plan): Classification {
  const className = classOf(plan);
  const reason = reasonOf(plan, className);
  return plan.taskCount === undefined
    ? { class: className, reason }
    : { class: className, reason, taskCount: plan.taskCount };
}

function classOf(plan: Plan): QueryClass {
  if (plan.kind.startsWith('insert-select') || plan.kind.startsWith('merge-')) return plan.kind;
  if (plan.kind === 'repartition' || plan.repartitionInSubplan) return 'repartition';
  return plan.subplans > 0 ? 'subplans' : plan.kind;
}

function reasonOf(plan: Plan, className: QueryClass): string {
  if (plan.subplans === 0) return plan.reason;
  const parts = plan.subplans === 1 ? 'one part is' : `${plan.subplans} parts are`;
  const joined = className === 'repartition' && plan.repartitionInSubplan ? ', with rows moved between shards' : '';
  return `${parts} computed first and sent to the nodes${joined}; then ${plan.reason}`;
}
