import type { Layout, NameContext } from '../context.ts';
import { hasInlinableCte, inlineCtes } from '../postgres/inline-ctes.ts';
import type { Restrictions } from '../postgres/restrictions.ts';
import { simulatePlanner } from '../postgres/simulate.ts';
import type { Query } from '../query-tree.ts';
import { copyQuery } from '../walk.ts';
import { planFastPath } from './fast-path.ts';
import { insertSource, planInsertIntoLocal, planInsertSelect } from './insert-select.ts';
import { planLogically } from './logical.ts';
import { planMerge } from './merge.ts';
import { planModify } from './modify.ts';
import { type Plan, type Planner, PlanningError, placementOf } from './planning.ts';
import { planRecursively } from './recursive.ts';
import { planRouterSelect, routerSelectError } from './router.ts';
import { isCitusTable, queryHasTable, readsIntermediateResult } from './table-kinds.ts';

/** Plans a query as Citus does. Throws `PlanningError` with Citus' message for what it refuses. */
export function planQuery(
  { query, restrictions }: { readonly query: Query; readonly restrictions: Restrictions },
  names: NameContext,
  layout: Layout,
): Plan {
  const planner: Planner = { names, layout, planStatement: (statement) => planStatement(planner, statement) };
  return planStatement(planner, query, restrictions);
}

/** `known` is what the planner finds out about the query, where that is done already. */
function planStatement(planner: Planner, query: Query, known?: Restrictions): Plan {
  if (!queryHasTable(planner, query, isCitusTable) && !readsIntermediateResult(query)) {
    const reason = 'it reads and writes tables on the coordinator only';
    return { kind: 'local', reason, subplans: 0, repartitionInSubplan: false };
  }
  const fast = planFastPath(planner, query);
  if (fast && query.command === 'select' && !routerSelectError(planner, query)) return fast;
  const restrictions = known ?? simulatePlanner(query, planner.names);
  if (hasInlinableCte(query)) {
    const inlined = copyQuery(query);
    inlineCtes(inlined);
    try {
      return planDistributed(planner, inlined, restrictions, fast);
    } catch (error) {
      // Citus plans the CTEs by themselves when the inlined query is refused.
      if (!(error instanceof PlanningError)) throw error;
    }
  }
  return planDistributed(planner, copyQuery(query), restrictions, fast);
}

function planDistributed(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
  fast: Plan | undefined,
): Plan {
  const first = planAtOnce(planner, query, restrictions);
  if (!(first instanceof PlanningError)) return fast && first.kind === 'router' ? fast : first;
  const hadCtes = query.ctes.length > 0;
  const isModification = query.command !== 'select';
  const found = planRecursively(planner, query, restrictions, isModification);
  if (found.subplans > 0 || hadCtes) {
    const again = planRest(planner, query);
    const { subplans, repartitionInSubplan, insertInSubplan } = found;
    const plan = { ...again, subplans: again.subplans + subplans, repartitionInSubplan };
    return insertInSubplan ? { ...plan, insertInSubplan } : plan;
  }
  if (isModification) throw first;
  return planLogically(planner, query, restrictions);
}

/** After recursive planning the rest must be plannable without further subplans. */
function planRest(planner: Planner, query: Query): Plan {
  const restrictions = simulatePlanner(query, planner.names);
  const plan = planAtOnce(planner, query, restrictions);
  if (!(plan instanceof PlanningError)) return plan;
  const isModification = query.command !== 'select';
  const { subplans } = planRecursively(planner, query, restrictions, isModification);
  if (subplans > 0) {
    throw new PlanningError(
      'recursive complex joins are only supported when all distributed tables are co-located and joined on their distribution columns',
    );
  }
  if (isModification) throw plan;
  return planLogically(planner, query, restrictions);
}

function planAtOnce(planner: Planner, query: Query, restrictions: Restrictions): Plan | PlanningError {
  if (query.command === 'select') return planRouterSelect(planner, query, restrictions);
  if (query.command === 'merge') return planMerge(planner, query, restrictions);
  const [target] = query.rtable;
  if (insertSource(query)) {
    const isKnown = target?.kind === 'relation' && isCitusTable(placementOf(planner, target.table));
    return isKnown ? planInsertSelect(planner, query, restrictions) : planInsertIntoLocal(planner, query);
  }
  return planModify(planner, query, restrictions);
}
