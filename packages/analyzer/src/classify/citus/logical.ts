import { hasOwnAggregates } from '../own-aggregates.ts';
import { hasJoin, type Restrictions } from '../postgres/restrictions.ts';
import type { Expression, Query } from '../query-tree.ts';
import {
  allEntries,
  conjuncts,
  entriesOf,
  joinsOf,
  leavesOf,
  ownExpressions,
  someExpressionDeep,
  someInQuery,
  sublinkQueries,
} from '../walk.ts';
import { aggregateError } from './aggregates.ts';
import { onDistributionColumn } from './distribution-columns.ts';
import { bestJoinOrder } from './join-order.ts';
import { type Plan, type Planner, PlanningError, placementOf, tableName } from './planning.ts';
import { shardSetSize } from './pruning.ts';
import { wholeQueryPushdownError, windowError } from './pushdown-checks.ts';
import { shardsAtWork, shardsOfRelations, type TableShards } from './router.ts';
import {
  hasDistributionColumn,
  isDistributed,
  isLocalTable,
  queryHasTable,
  tablesOf,
} from './table-kinds.ts';

/** The plan of a SELECT over many shards, with what the coordinator has to merge. Throws what Citus refuses. */
export function planLogically(planner: Planner, query: Query, restrictions: Restrictions): Plan {
  const { rewritten } = restrictions;
  const isPushdown = usesSubqueryPushdown(planner, query, restrictions);
  const unsupported = unsupportedError(planner, isPushdown ? query : rewritten);
  if (unsupported) throw unsupported;
  if (isPushdown) {
    const error = wholeQueryPushdownError(planner, query, restrictions, false);
    if (error) throw error;
  }
  const needsRepartition = !isPushdown && joinsByRepartition(planner, rewritten);
  const error =
    aggregateError(planner, isPushdown ? query : rewritten, isPushdown) ?? targetSublinkError(planner, query);
  if (error) throw error;
  if (isPushdown) checkColocation(planner, query);
  if (needsRepartition && !planner.layout.settings.repartitionJoins) {
    throw new PlanningError('the query contains a join that requires repartitioning');
  }
  const base = { subplans: 0, repartitionInSubplan: false } as const;
  const sequenceOnCoordinator = query.targets.some((target) =>
    someExpressionDeep(target.expression, (node) => node.kind === 'call' && node.name === 'nextval'),
  );
  if (needsRepartition) {
    return {
      ...base,
      kind: 'repartition',
      reason:
        'tables are joined on other columns than their distribution columns, so rows move between nodes',
    };
  }
  const tables = shardsOfRelations(planner, withoutOptionalSides(planner, restrictions));
  const taskCount = countTasks(planner, tables);
  const distributed = tables.filter(({ table }) => hasDistributionColumn(placementOf(planner, table)));
  return {
    ...base,
    kind: 'pushdown',
    taskCount,
    reason: shardsAtWork(planner, distributed, 'runs it on its own rows'),
    ...(sequenceOnCoordinator ? { sequenceOnCoordinator } : {}),
    ...(mergesOnCoordinator(planner, query) ? { mergesOnCoordinator: true } : {}),
  };
}

/** Whether the shards' rows are grouped, sorted or limited once more. */
function mergesOnCoordinator(planner: Planner, query: Query): boolean {
  if (query.sort.length > 0 || query.limit || query.offset || query.distinct) return true;
  if (query.windows.length > 0 && windowError(planner, query) !== undefined) return true;
  if (query.groupBy.length === 0) return hasOwnAggregates(query);
  return !onDistributionColumn(planner, query, query.groupBy);
}

/** Tables on the inner side of an outer join follow the shards of the outer side. */
function withoutOptionalSides(planner: Planner, restrictions: Restrictions): Restrictions {
  const relations = restrictions.relations.filter(
    (relation) =>
      !restrictions.joins.some(
        (join) =>
          join.type === 'left' &&
          join.root === relation.root &&
          join.inner.has(relation.entry) &&
          restrictions.relations.some(
            (other) =>
              other.root === join.root &&
              join.outer.has(other.entry) &&
              hasDistributionColumn(placementOf(planner, other.table)),
          ),
      ),
  );
  return { ...restrictions, relations };
}

function countTasks(planner: Planner, tables: readonly TableShards[]): number {
  const indexes = new Set<string>();
  let widest = 0;
  for (const { table, shards } of tables) {
    if (!hasDistributionColumn(placementOf(planner, table))) continue;
    if (shards.kind === 'all') widest = Math.max(widest, shardSetSize(shards));
    else for (const shard of shards.shards) indexes.add(shard);
  }
  const noKeys = tables.every(({ table }) => !hasDistributionColumn(placementOf(planner, table)));
  return noKeys ? 1 : Math.max(widest, indexes.size);
}

/** Whether the whole query goes to the shards as it is, instead of being taken apart into joins. */
function usesSubqueryPushdown(planner: Planner, query: Query, restrictions: Restrictions): boolean {
  const { rewritten } = restrictions;
  if (entriesOf(rewritten.from).some((index) => rewritten.rtable[index]?.kind === 'subquery')) return true;
  const conditions: (Expression | undefined)[] = [rewritten.having, rewritten.where];
  for (const join of joinsOf(rewritten.from)) conditions.push(join.on);
  const inFrom = ownExpressions({ ...rewritten, targets: [], groupBy: [], sort: [] });
  if (sublinkQueries([...conditions, ...inFrom]).length > 0) return true;
  if (sublinkQueries(rewritten.targets.map((target) => target.expression)).length > 0) return true;
  if (hasJoin(restrictions, 'semi')) return true;
  if (allEntries(query).some((entry) => entry.kind === 'function' || entry.kind === 'values')) return true;
  if (joinsOf(query.from).some((join) => join.type !== 'inner')) return true;
  if (joinsOf(rewritten.from).some((join) => join.type !== 'inner' && join.type !== 'semi')) return true;
  return query.windows.length > 0 && windowError(planner, query) === undefined;
}

/** What no multi-shard SELECT may contain at its top. */
function unsupportedError(planner: Planner, query: Query): PlanningError | undefined {
  const refuse = (what: string): PlanningError =>
    new PlanningError(`could not run distributed query with ${what}`);
  if (queryHasTable(planner, query, isLocalTable)) {
    return new PlanningError('direct joins between distributed and local tables are not supported');
  }
  if (someExpressionDeep(query.offset, (node) => node.kind === 'sublink')) {
    return new PlanningError('subquery in OFFSET is not supported in multi-shard queries');
  }
  if (someExpressionDeep(query.limit, (node) => node.kind === 'sublink')) {
    return new PlanningError('subquery in LIMIT is not supported in multi-shard queries');
  }
  if (entriesOf(query.from).some((index) => ['cte', 'result'].includes(query.rtable[index]?.kind ?? ''))) {
    return refuse('complex table expressions');
  }
  if (someInQuery(query, (node) => node.kind === 'grouping')) return refuse('GROUPING');
  if (query.groupingSets) return refuse('GROUPING SETS, CUBE, or ROLLUP');
  if (query.rowMarks) return refuse('FOR UPDATE/SHARE commands');
  if (query.ctes.length > 0) return refuse('common table expressions');
  if (query.hasRecursive) return refuse('RECURSIVE');
  if (query.setOperation && leavesOf(query.setOperation).length > 0)
    return refuse('UNION, INTERSECT, or EXCEPT');
  return undefined;
}

/** Whether the joins of a flat query need rows to move between shards. */
function joinsByRepartition(planner: Planner, query: Query): boolean {
  const entries = entriesOf(query.from).filter((index) => query.rtable[index]?.kind === 'relation');
  if (entries.length < 2) return false;
  const clauses: Expression[] = [];
  const collect = (nodes: Query['from']): void => {
    for (const node of nodes) {
      if (node.kind === 'from') {
        clauses.push(...conjuncts(node.where));
        collect(node.items);
      } else if (node.kind === 'join') {
        clauses.push(...conjuncts(node.on));
        collect([node.left, node.right]);
      }
    }
  };
  clauses.push(...conjuncts(query.where));
  collect(query.from);
  const order = bestJoinOrder(planner, query, entries, clauses);
  if (!order) {
    throw new PlanningError(
      'complex joins are only supported when all distributed tables are joined on their distribution columns with equal operator',
    );
  }
  if (order.some((step) => step.rule === 'product')) {
    throw new PlanningError(
      'cannot perform distributed planning on this query',
      'Cartesian products are currently unsupported',
    );
  }
  return order.some(
    (step) => step.rule === 'dual' || step.rule === 'single-hash' || step.rule === 'single-range',
  );
}

/** Subqueries in the select list must be computed on the shards, before aggregates. */
function targetSublinkError(planner: Planner, query: Query): PlanningError | undefined {
  const hasAggregate = hasOwnAggregates(query);
  const grouped = query.groupBy.length > 0;
  const staysOnShards = grouped && onDistributionColumn(planner, query, query.groupBy);
  const windowsStay = query.windows.length > 0 && windowError(planner, query) === undefined;
  for (const { expression } of query.targets) {
    if (!hasSublinkOutsideAggregates(expression)) continue;
    const uses = (kind: Expression['kind']): boolean =>
      someExpressionDeep(expression, (node, level) => node.kind === kind && level === 0);
    const [aggregates, windows] = [uses('aggregate'), uses('window')];
    const isPlain = !aggregates && !windows && (!hasAggregate || grouped);
    const isPushable = isPlain || (windows && windowsStay) || (!windows && (staysOnShards || windowsStay));
    if (!isPushable) {
      return new PlanningError(
        'cannot push down subquery on the target list',
        'Subqueries in the SELECT part of the query can only be pushed down if they happen before aggregates and window functions',
      );
    }
  }
  return undefined;
}

function hasSublinkOutsideAggregates(expression: Expression): boolean {
  if (expression.kind === 'aggregate') return false;
  return expression.kind === 'sublink' || expression.args.some(hasSublinkOutsideAggregates);
}

/** Tables that run together shard by shard must be co-located. */
export function checkColocation(planner: Planner, query: Query): void {
  const distributed = tablesOf(query).filter((table) => isDistributed(placementOf(planner, table)));
  const kinds = new Set(distributed.map((table) => placementOf(planner, table).kind));
  const mixed = (left: string, right: string): PlanningError =>
    new PlanningError(
      'cannot push down this subquery',
      `A query including both ${left} and ${right} partitioned relations are unsupported`,
    );
  const hasHash = kinds.has('hash') || kinds.has('single-shard');
  if (kinds.has('range') && hasHash) throw mixed('range', 'hash');
  if (kinds.has('range') && kinds.has('append')) throw mixed('range', 'append');
  if (kinds.has('append') && hasHash) throw mixed('append', 'hash');
  const [first, ...others] = distributed.filter((table) => placementOf(planner, table).kind !== 'append');
  for (const other of others) {
    if (first === undefined || colocationOf(planner, first) === colocationOf(planner, other)) continue;
    throw new PlanningError(
      'cannot push down this subquery',
      `${tableName(planner, first)} and ${tableName(planner, other)} are not colocated`,
    );
  }
}

function colocationOf(planner: Planner, table: string): string | undefined {
  const placement = placementOf(planner, table);
  return 'colocation' in placement ? placement.colocation : undefined;
}
