import { cteReferences } from '../postgres/inline-ctes.ts';
import type { Restrictions } from '../postgres/restrictions.ts';
import type { Expression, FromNode, Query } from '../query-tree.ts';
import { refersOutside } from '../references.ts';
import { entriesOf, joinsOf, leavesOf, ownExpressions, sublinkQueries, visitExpression } from '../walk.ts';
import {
  allKeysEqual,
  coversAllKeys,
  isUnionInFrom,
  keyClasses,
  keysEqualByUnion,
  restrictionsOf,
} from './key-equality.ts';
import { planRecurringOuterJoins } from './outer-join-planning.ts';
import { type Plan, type Planner, PlanningError, placementOf } from './planning.ts';
import { hasOuterJoin, subqueryPushdownError, unionError } from './pushdown-checks.ts';
import {
  addSubplan,
  asSubquery,
  planSubquery,
  type RecursivePlanning,
  resultQuery,
  selectFrom,
} from './subplans.ts';
import { joinsLocalTable, planLocalTableJoin } from './table-conversion.ts';
import { entriesHaveTable, isCitusTable, isDistributed, isLocalTable, queryHasTable } from './table-kinds.ts';

/** What recursive planning did; the query itself was changed in place. */
export type SubplanCount = Pick<Plan, 'subplans' | 'repartitionInSubplan' | 'insertInSubplan'>;

/** Replaces, in place, the parts of a query that cannot run on the shards by the results of subplans. */
export function planRecursively(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
  isModification: boolean,
): SubplanCount {
  const planning: RecursivePlanning = {
    planner,
    restrictions,
    allKeysEqual: allKeysEqual(planner, query, restrictions),
    isModification,
    subplans: 0,
    repartitionInSubplan: false,
  };
  planLevel(query, planning, 0);
  return planning;
}

function planLevel(query: Query, planning: RecursivePlanning, level: number): void {
  const { planner } = planning;
  planCtes(query, planning);
  if (planner.layout.settings.subqueryPushdown) return;
  wrapFunctions(query);
  for (const inner of directSubqueries(query)) {
    planLevel(inner, planning, level + 1);
    if (mustPlanSubquery(inner, planning)) planSubquery(inner, planning);
  }
  if (mustPlanSetOperation(query, planning, level)) planLeaves(query, planning);
  if (query.having) {
    const havingQueries = sublinkQueries([query.having]);
    if (havingQueries.some(refersOutside)) {
      throw new PlanningError('Subqueries in HAVING cannot refer to outer query');
    }
    planSublinks(query.having, planning);
  }
  if (mustPlanNonColocated(query, planning)) planNonColocated(query, planning);
  if (joinsLocalTable(query, planning)) planLocalTableJoin(query, planning);
  if (mustPlanOuterJoins(query, planning)) planRecurringOuterJoins(query, planning);
  if (!entriesHaveTable(planner, query.rtable, isDistributed)) {
    planSublinks(query.where, planning);
    // What is sorted and grouped by is part of PostgreSQL's target list, wherever it is written.
    const outputs = [...query.targets.map((target) => target.expression), ...query.sort, ...query.groupBy];
    for (const output of [...outputs, ...(query.distinct ?? [])]) planSublinks(output, planning);
  }
}

/** Subqueries one level below, in the order in which the tree is walked: expressions, then FROM. */
function directSubqueries(query: Query): Query[] {
  const fromEntries = query.rtable.flatMap((entry) => (entry.kind === 'subquery' ? [entry.query] : []));
  return [...sublinkQueries(ownExpressions(query)), ...fromEntries];
}

function planCtes(query: Query, planning: RecursivePlanning): void {
  if (query.ctes.length === 0) return;
  if (query.hasRecursive) {
    throw new PlanningError(
      'recursive CTEs are only supported when they contain a filter on the distribution column',
    );
  }
  for (const cte of query.ctes) {
    if (refersOutside(cte.query)) {
      throw new PlanningError('CTEs that refer to other subqueries are not supported in multi-shard queries');
    }
    const references = cteReferences(query, cte.name);
    if (references.length === 0 && cte.query.command === 'select') continue;
    addSubplan(cte.query, planning);
    const outputs = cte.query.returning.length > 0 ? cte.query.returning : cte.query.targets;
    for (const { query: holder, index, entry } of references) {
      holder.rtable[index] = asSubquery(entry, resultQuery(outputs, cte.columns));
    }
  }
  query.ctes = [];
}

/** Functions beside other FROM items run on the coordinator, as if they were subqueries. */
function wrapFunctions(query: Query): void {
  if (query.rtable.length + joinsOf(query.from).length < 2) return;
  for (const [index, entry] of query.rtable.entries()) {
    if (entry.kind !== 'function' || entry.lateral || entry.ordinality) continue;
    query.rtable[index] = asSubquery(entry, selectFrom({ ...entry }));
  }
}

function mustPlanSubquery(query: Query, planning: RecursivePlanning): boolean {
  const { planner, restrictions } = planning;
  if (entriesHaveTable(planner, query.rtable, isLocalTable)) return true;
  if (subqueryPushdownError(planner, query, false)) return true;
  return !planning.allKeysEqual && !keysEqualInside(planner, query, restrictions);
}

function keysEqualInside(planner: Planner, query: Query, restrictions: Restrictions): boolean {
  return query.ctes.length === 0 && allKeysEqual(planner, query, restrictionsOf(restrictions, query));
}

function mustPlanSetOperation(query: Query, planning: RecursivePlanning, level: number): boolean {
  const { setOperation } = query;
  if (!setOperation) return false;
  if (level === 0) return true;
  if (setOperation.kind === 'operation' && setOperation.operator !== 'union') return true;
  if (unionError(planning.planner, query)) return true;
  return !keysEqualByUnion(planning.planner, query, restrictionsOf(planning.restrictions, query));
}

function planLeaves(query: Query, planning: RecursivePlanning): void {
  for (const leaf of query.setOperation ? leavesOf(query.setOperation) : []) {
    const entry = query.rtable[leaf];
    if (entry?.kind === 'subquery' && queryHasTable(planning.planner, entry.query, isDistributed)) {
      planSubquery(entry.query, planning);
    }
  }
}

/** Plans the subqueries of an expression that read Citus tables; those inside them go along. */
function planSublinks(expression: Expression | undefined, planning: RecursivePlanning): void {
  visitExpression(expression, (node) => {
    if (node.kind === 'sublink' && entriesHaveTable(planning.planner, node.query.rtable, isCitusTable)) {
      planSubquery(node.query, planning);
    }
  });
}

function conditionsInFrom(query: Query): Expression[] {
  const found = query.where ? [query.where] : [];
  for (const join of joinsOf(query.from)) if (join.on) found.push(join.on);
  return found;
}

function mustPlanNonColocated(query: Query, planning: RecursivePlanning): boolean {
  const { planner, restrictions } = planning;
  if (planning.allKeysEqual) return false;
  const inFrom = entriesOf(query.from).some((index) => query.rtable[index]?.kind === 'subquery');
  const inConditions = sublinkQueries([...conditionsInFrom(query), query.having]).length > 0;
  if (!inFrom && !inConditions) return false;
  if (entriesHaveTable(planner, query.rtable, isLocalTable)) return false;
  return !keysEqualInside(planner, query, restrictions);
}

/** Keeps the subqueries that are tied to one anchor, and reads the others by subplans. */
function planNonColocated(query: Query, planning: RecursivePlanning): void {
  const anchor = anchorIds(query, planning);
  if (!anchor) return;
  const { planner, restrictions } = planning;
  const anchorRelations = restrictions.relations.filter((relation) => anchor.ids.has(relation.id));
  if (anchorRelations.length === 0) return;
  const classes = keyClasses(planner, restrictionsOf(restrictions, anchor.query));
  const isTied = (inner: Query): boolean => {
    const own = restrictionsOf(restrictions, inner).relations;
    if (own.length === 0) return true;
    const union = [...anchorRelations, ...own.filter((relation) => !anchor.ids.has(relation.id))];
    const distributed = union.filter((relation) => isDistributed(placementOf(planner, relation.table)));
    if (new Set(distributed.map((relation) => relation.id)).size <= 1) return true;
    return coversAllKeys(planner, union, classes);
  };
  const visit = (node: FromNode): void => {
    if (node.kind === 'join') {
      visit(node.left);
      visit(node.right);
    } else if (node.kind === 'from') {
      for (const item of node.items) visit(item);
    } else {
      const entry = query.rtable[node.entry];
      if (entry?.kind === 'subquery' && !isTied(entry.query)) planSubquery(entry.query, planning);
    }
  };
  for (const node of query.from) visit(node);
  for (const inner of sublinkQueries([query.where])) if (!isTied(inner)) planSubquery(inner, planning);
}

/** The anchor: the first distributed table in FROM, else the first subquery that reads one and is no UNION. */
function anchorIds(
  query: Query,
  planning: RecursivePlanning,
): { ids: Set<number>; query: Query } | undefined {
  const { planner } = planning;
  let anchor: Query | undefined;
  for (const index of entriesOf(query.from).sort((left, right) => left - right)) {
    const entry = query.rtable[index];
    if (entry?.kind === 'relation' && isDistributed(placementOf(planner, entry.table))) {
      return { ids: new Set([entry.id]), query: selectFrom(entry) };
    }
    if (anchor || entry?.kind !== 'subquery') continue;
    if (!queryHasTable(planner, entry.query, isDistributed)) continue;
    if (!entry.query.setOperation && !isUnionInFrom(entry.query)) anchor = entry.query;
  }
  if (!anchor) return undefined;
  const ids = restrictionsOf(planning.restrictions, anchor).relations.map((relation) => relation.id);
  return { ids: new Set(ids), query: anchor };
}

function mustPlanOuterJoins(query: Query, planning: RecursivePlanning): boolean {
  const { restrictions } = planning;
  if (hasOuterJoin(restrictions)) return true;
  const hasConstantConditions = restrictions.relations.some((relation) => relation.root.hasPseudoConstants);
  const hasOuter = joinsOf(query.from).some((join) => join.type !== 'inner');
  if (hasConstantConditions && hasOuter) {
    throw new PlanningError(
      'Distributed queries with outer joins and pseudoconstant quals are not supported in PG15 and PG16.',
      'PG15 and PG16 disallow replacing joins with scans when the query has pseudoconstant quals',
    );
  }
  return false;
}
