import type { Restrictions } from '../postgres/restrictions.ts';
import { hasMutable, isMutable, isVolatile } from '../postgres/volatility.ts';
import type { Expression, Query, Target } from '../query-tree.ts';
import { allQueries, conjuncts, copyQuery, joinsOf, ownExpressions, sublinkQueries } from '../walk.ts';
import { distributionColumnNumber, isDistributionColumn } from './distribution-columns.ts';
import { canRedistribute } from './insert-select.ts';
import { allColocated } from './key-equality.ts';
import { noteStableUse, targetKey } from './modify-checks.ts';
import { type Plan, type Planner, PlanningError, placementOf } from './planning.ts';
import { shardSetSize } from './pruning.ts';
import { wholeQueryPushdownError } from './pushdown-checks.ts';
import { planRouterSelect, routeQuery, shardsOfRelations } from './router.ts';
import { asSubquery, selectFrom } from './subplans.ts';
import {
  hasDistributionColumn,
  isCitusTable,
  isDistributed,
  queryHasTable,
  relationsOf,
} from './table-kinds.ts';

/** The plan of MERGE: on the shards where source and target match, else with the source's rows moved. */
export function planMerge(planner: Planner, query: Query, restrictions: Restrictions): Plan {
  const error = mergeError(planner, query);
  if (error) throw error;
  const [target] = query.rtable;
  if (target?.kind !== 'relation') throw new PlanningError('MERGE without a table');
  const routable = routableMergeError(planner, query, restrictions);
  if (!routable) {
    const tables = shardsOfRelations(planner, restrictions);
    const isWide = tables.some(({ shards }) => shardSetSize(shards) > 1);
    const routed = isWide ? undefined : routeQuery(planner, query, restrictions);
    if (isWide || !(routed instanceof PlanningError)) {
      const taskCount = Math.max(1, ...tables.map(({ shards }) => shardSetSize(shards)));
      const reason = 'source and target are joined on their distribution columns';
      return {
        kind: isWide ? 'pushdown' : 'router',
        taskCount,
        subplans: 0,
        repartitionInSubplan: false,
        reason,
      };
    }
  }
  return movedMerge(planner, query, target.table, routable);
}

function mergeError(planner: Planner, query: Query): PlanningError | undefined {
  if (query.returning.length > 0) {
    return new PlanningError('MERGE with RETURNING is not yet supported for Citus tables');
  }
  const [target] = query.rtable;
  for (const entry of relationsOf(query)) {
    const { kind } = placementOf(planner, entry.table);
    if (kind === 'append' || kind === 'range') {
      return new PlanningError('For MERGE command, append/range distribution table is not supported yet');
    }
    if (kind === 'reference' && target?.kind === 'relation' && entry.table === target.table) {
      return new PlanningError('Reference table as target is not allowed in MERGE command');
    }
  }
  if (hasMutable(query)) {
    return new PlanningError(
      'non-IMMUTABLE functions are not yet supported in MERGE sql with distributed tables',
    );
  }
  for (const action of query.mergeActions) {
    const error = actionError(planner, query, action.targets, action.command === 'update', action.condition);
    if (error) return error;
  }
  for (const inner of allQueries(query)) {
    if (inner.ctes.some((cte) => cte.query.command !== 'select')) {
      return new PlanningError('CTEs with modifying actions are not yet supported in MERGE');
    }
    if (inner.hasRecursive) return new PlanningError('Recursive CTEs are not yet supported in MERGE');
  }
  return undefined;
}

function actionError(
  planner: Planner,
  query: Query,
  targets: readonly Target[],
  isUpdate: boolean,
  condition: Expression | undefined,
): PlanningError | undefined {
  const key = targetKey(planner, query);
  const found = { varArgument: false, badCoalesce: false };
  for (const target of targets) {
    if (
      isUpdate &&
      key !== undefined &&
      target.name === key &&
      !isKeyOrJoined(planner, query, target.expression)
    ) {
      return new PlanningError('updating the distribution column is not allowed in MERGE actions');
    }
    if (isVolatile(target.expression)) {
      return new PlanningError('functions used in MERGE actions on distributed tables must not be VOLATILE');
    }
    noteStableUse(target.expression, found);
  }
  if (isMutable(condition)) {
    return new PlanningError(
      'functions used in the WHEN clause of MERGE queries on distributed tables must not be VOLATILE',
    );
  }
  if (found.varArgument) {
    return new PlanningError(
      'STABLE functions used in MERGE queries cannot be called with column references',
    );
  }
  return undefined;
}

/** The target's own key, or a source column that ON makes equal to it. */
function isKeyOrJoined(planner: Planner, query: Query, expression: Expression): boolean {
  if (expression.kind !== 'variable') return false;
  const column = keyNumber(planner, query);
  if (expression.entry === query.result && expression.column === column) return true;
  return joinedColumns(planner, query).some(
    (other) => other.entry === expression.entry && other.column === expression.column,
  );
}

function keyNumber(planner: Planner, query: Query): number | undefined {
  const target = query.result === undefined ? undefined : query.rtable[query.result];
  return target?.kind === 'relation' ? distributionColumnNumber(planner, target) : undefined;
}

/** The source columns that ON compares with the target's distribution column. */
function joinedColumns(planner: Planner, query: Query): (Expression & { kind: 'variable' })[] {
  const column = keyNumber(planner, query);
  return conjuncts(query.where).flatMap((part) => {
    if (part.kind !== 'operator' || part.name !== '=') return [];
    const [left, right] = part.args;
    if (left?.kind !== 'variable' || right?.kind !== 'variable') return [];
    const isKey = (side: typeof left): boolean => side.entry === query.result && side.column === column;
    return isKey(left) ? [right] : isKey(right) ? [left] : [];
  });
}

function routableMergeError(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
): PlanningError | undefined {
  const relations = relationsOf(query);
  const distributed = relations.filter((entry) => isDistributed(placementOf(planner, entry.table)));
  const has = (kind: string): boolean =>
    relations.some((entry) => placementOf(planner, entry.table).kind === kind);
  if (distributed.length > 0 && has('reference')) {
    return new PlanningError('A mix of distributed and reference table, routable query is not possible');
  }
  if (distributed.length > 0 && has('citus-local')) {
    return new PlanningError('A mix of distributed and citus-local table, routable query is not possible');
  }
  if (distributed.length === 0) return undefined;
  if (distributed.length === 1) {
    return new PlanningError(
      'There is only one distributed table, merge is not pushable, try repartitioning',
    );
  }
  if (
    !allColocated(
      planner,
      distributed.map((entry) => entry.table),
    )
  ) {
    return new PlanningError('For MERGE command, all the distributed tables must be colocated');
  }
  const source = sourceQuery(query);
  const isRouter =
    source !== undefined && !(planRouterSelect(planner, source, restrictions) instanceof PlanningError);
  if (!isRouter) {
    const error = wholeQueryPushdownError(planner, query, restrictions, true);
    if (error) return error;
    if (joinsOf(query.from).some((join) => join.mergedColumns)) {
      return new PlanningError('a join with USING causes an internal naming conflict, use ON instead');
    }
  }
  const [target] = query.rtable;
  const own = restrictions.relations.find(
    (relation) => target?.kind === 'relation' && relation.id === target.id,
  );
  if (own?.isFalse) return new PlanningError('Routing query is not possible with no shards for target');
  const inserted = insertedKey(planner, query);
  if (inserted && !isDistributionColumn(planner, inserted, query, [])) {
    return new PlanningError(
      'MERGE INSERT must use the source table distribution column value for push down to workers. Otherwise, repartitioning will be applied',
    );
  }
  return undefined;
}

/** What WHEN NOT MATCHED THEN INSERT gives the distribution column. */
function insertedKey(planner: Planner, query: Query): Expression | undefined {
  const key = targetKey(planner, query);
  if (key === undefined) return undefined;
  for (const action of query.mergeActions) {
    if (action.matched) continue;
    if (action.command !== 'insert') return undefined;
    if (action.targets.length === 0) throw new PlanningError('cannot perform MERGE INSERT with DEFAULTS');
    const target = action.targets.find((given) => given.name === key);
    if (!target) throw new PlanningError('MERGE INSERT must have distribution column as value');
    if (target.expression.kind !== 'variable') {
      throw new PlanningError('MERGE INSERT is using unsupported expression type for distribution column');
    }
    return target.expression;
  }
  return undefined;
}

/** The source as a query of its own; undefined when it is a join. */
function sourceQuery(query: Query): Query | undefined {
  const [only] = query.from;
  const entry = only?.kind === 'entry' ? query.rtable[only.entry] : undefined;
  if (entry?.kind === 'relation') return selectFrom({ ...entry });
  if (entry?.kind === 'subquery') {
    const outer = selectFrom(asSubquery(entry, copyQuery(entry.query)));
    outer.ctes = copyQuery(query).ctes;
    return outer;
  }
  if (entry?.kind !== 'cte') return undefined;
  const cte = query.ctes.find((candidate) => candidate.name === entry.name);
  if (!cte) return undefined;
  const outer = selectFrom(asSubquery(entry, copyQuery(cte.query)));
  outer.ctes = copyQuery(query).ctes.filter((other) => other.name !== cte.name);
  return outer;
}

function movedMerge(planner: Planner, query: Query, target: string, reason: PlanningError | undefined): Plan {
  const source = sourceQuery(query);
  if (!source) throw new PlanningError('Source is not an explicit query');
  const placement = placementOf(planner, target);
  if (!isDistributed(placement)) {
    throw new PlanningError(
      'MERGE involving repartition of rows is supported only if the target is distributed',
    );
  }
  if (queryHasTable(planner, query, (item) => item.kind === 'local')) {
    throw new PlanningError('MERGE INTO an distributed table from Postgres table is not yet supported');
  }
  if (!queryHasTable(planner, source, isCitusTable)) {
    throw new PlanningError('To MERGE into a distributed table, source must be Citus table(s)');
  }
  if (sublinkQueries([query.where]).length > 0) {
    throw new PlanningError(
      'Sub-queries and CTEs are not allowed in ON clause for MERGE with repartitioning',
    );
  }
  if (sublinkQueries(ownExpressions({ ...query, where: undefined, from: [] })).length > 0) {
    throw new PlanningError('Sub-queries and CTEs are not allowed in actions for MERGE with repartitioning');
  }
  if (hasDistributionColumn(placement)) checkSourceKey(planner, query);
  const plan = planner.planStatement(source);
  const why = reason?.message ?? 'source and target are not joined on their distribution columns';
  const kind =
    canRedistribute(planner, plan) && hasDistributionColumn(placement) ? 'merge-repartition' : 'merge-pull';
  return { ...plan, kind, reason: why };
}

function checkSourceKey(planner: Planner, query: Query): void {
  const joined = joinedColumns(planner, query);
  if (joined.length === 0) {
    throw new PlanningError(
      "The required join operation is missing between the target's distribution column and any expression originating from the source. The issue may arise from a non-equi-join.",
    );
  }
  const inserted = insertedKey(planner, query);
  if (inserted?.kind !== 'variable') return;
  if (!joined.some((column) => column.entry === inserted.entry && column.column === inserted.column)) {
    throw new PlanningError(
      "MERGE INSERT must use the source's joining column for target's distribution column",
    );
  }
}
