import type { Design } from '../model/design.ts';
import type { Classification, QueryClass } from '../model/query.ts';
import { planQuery } from './citus/plan-statement.ts';
import { type Plan, PlanningError } from './citus/planning.ts';
import type { Layout } from './context.ts';
import { layoutOf } from './design-layout.ts';
import type { PreparedQuery } from './prepare-query.ts';

/** How Citus 13 would run a prepared query under a design. */
export function classify(prepared: PreparedQuery, design: Design): Classification {
  return classifyUnder(prepared, layoutOf(design));
}

/** As `classify`, for a layout from elsewhere than a design. */
export function classifyUnder(prepared: PreparedQuery, layout: Layout): Classification {
  const { outcome } = prepared;
  if (!outcome.ok) return { class: 'unknown', reason: outcome.problem };
  try {
    return classificationOf(planQuery(outcome, prepared.names, layout));
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    return { class: 'unsupported', reason: error.detail ?? error.message, error: error.message };
  }
}

function classificationOf(plan: Plan): Classification {
  const className = classOf(plan);
  const reason = reasonOf(plan, className);
  if (plan.taskCount === undefined) return { class: className, reason };
  return { class: className, reason, taskCount: plan.taskCount };
}

function classOf(plan: Plan): QueryClass {
  if (/^(insert-select|merge)-/.test(plan.kind)) return plan.kind;
  if (plan.insertInSubplan) return plan.insertInSubplan;
  if (plan.kind === 'repartition' || plan.repartitionInSubplan) return 'repartition';
  return plan.subplans > 0 ? 'subplans' : plan.kind;
}

function reasonOf(plan: Plan, className: QueryClass): string {
  const note =
    className === 'repartition' ? ' (needs citus.enable_repartition_joins, which is off by default)' : '';
  if (plan.subplans === 0) return `${plan.reason}${note}`;
  const parts = plan.subplans === 1 ? 'one part is' : `${plan.subplans} parts are`;
  return `${parts} computed first and sent to the nodes; then ${plan.reason}${note}`;
}
