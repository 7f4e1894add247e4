import type { Restrictions } from '../postgres/restrictions.ts';
import { hasVolatile } from '../postgres/volatility.ts';
import type { Expression, Query } from '../query-tree.ts';
import { allEntries, joinsOf, someExpressionDeep } from '../walk.ts';
import { distributionColumnNumber } from './distribution-columns.ts';
import { checkColocation } from './logical.ts';
import { modifyPartError } from './modify-checks.ts';
import { type Plan, type Planner, PlanningError, placementOf, tableName } from './planning.ts';
import { pruneShards, shardSetSize } from './pruning.ts';
import { wholeQueryPushdownError } from './pushdown-checks.ts';
import {
  placementError,
  routerSelectError,
  searchClauseError,
  shardsAtWork,
  shardsOfRelations,
} from './router.ts';
import { hasLocalDistributedJoin } from './table-conversion.ts';
import {
  hasDistributionColumn,
  isCitusTable,
  isDistributed,
  isLocalTable,
  readsIntermediateResult,
  relationsOf,
} from './table-kinds.ts';

/** The plan of an UPDATE, DELETE or INSERT … VALUES, or why it cannot be had without subplans. */
export function planModify(planner: Planner, query: Query, restrictions: Restrictions): Plan | PlanningError {
  const error = modifyError(planner, query, false, restrictions);
  if (error) return error;
  return query.command === 'insert'
    ? planInsertValues(planner, query)
    : planUpdateOrDelete(planner, query, restrictions);
}

function modifyError(
  planner: Planner,
  query: Query,
  isMultiShard: boolean,
  restrictions: Restrictions,
): PlanningError | undefined {
  const partError = modifyPartError(planner, query, isMultiShard, routerSelectError);
  if (partError) return partError;
  if (readsIntermediateResult(query) && usesRowIdentifier(query)) {
    return new PlanningError('cannot perform distributed planning for the given modification');
  }
  const entryError = rangeEntryError(planner, query);
  if (entryError) return entryError;
  if (query.command !== 'insert') {
    const shardError = isMultiShard ? multiShardError(planner, query, restrictions) : volatileError(query);
    if (shardError) return shardError;
  }
  return searchClauseError(query);
}

function usesRowIdentifier(query: Query): boolean {
  const conditions: (Expression | undefined)[] = [query.where, ...joinsOf(query.from).map((join) => join.on)];
  return conditions.some((condition) =>
    someExpressionDeep(condition, (node) => node.kind === 'variable' && node.type === 'tid'),
  );
}

function rangeEntryError(planner: Planner, query: Query): PlanningError | undefined {
  const mixed = hasLocalDistributedJoin(query, { planner });
  for (const entry of allEntries(query)) {
    if (entry.kind === 'relation') {
      const table = planner.names.tables.get(entry.table);
      if (table?.kind === 'materialized-view') {
        return new PlanningError('materialized views in modify queries are not supported');
      }
      const placement = placementOf(planner, entry.table);
      if (!mixed || !isLocalTable(placement)) continue;
      const name = tableName(planner, entry.table);
      return new PlanningError(
        isCitusTable(placement)
          ? `local table ${name} cannot be joined with these distributed tables`
          : `relation ${name} is not distributed`,
      );
    }
    if (query.command !== 'insert' || entry.kind === 'values' || entry.kind === 'result') continue;
    if (entry.kind === 'subquery') {
      return new PlanningError('subqueries are not supported in modifications across multiple shards');
    }
    return new PlanningError('cannot perform distributed planning for the given modifications');
  }
  return undefined;
}

const volatileMessage = 'functions used in UPDATE queries on distributed tables must not be VOLATILE';

function volatileError(query: Query): PlanningError | undefined {
  return hasVolatile(query) ? new PlanningError(volatileMessage) : undefined;
}

function multiShardError(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
): PlanningError | undefined {
  if (joinsOf(query.from).some((join) => join.mergedColumns)) {
    return new PlanningError('a join with USING causes an internal naming conflict, use ON instead');
  }
  if (hasVolatile(query)) return new PlanningError(volatileMessage);
  const target = query.result === undefined ? undefined : query.rtable[query.result];
  if (target?.kind === 'relation' && placementOf(planner, target.table).kind === 'reference') {
    return new PlanningError(
      'only reference tables may be queried when targeting a reference table with multi shard UPDATE/DELETE queries with multiple tables ',
    );
  }
  return wholeQueryPushdownError(planner, query, restrictions, true);
}

function planUpdateOrDelete(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
): Plan | PlanningError {
  const tables = shardsOfRelations(planner, restrictions);
  const base = { subplans: 0, repartitionInSubplan: false } as const;
  if (tables.some(({ shards }) => shardSetSize(shards) > 1)) {
    const error = modifyError(planner, query, true, restrictions);
    if (error) return error;
    checkColocation(planner, query);
    const wide = tables.filter(({ table }) => hasDistributionColumn(placementOf(planner, table)));
    const taskCount = Math.max(1, ...wide.map(({ shards }) => shardSetSize(shards)));
    return {
      ...base,
      kind: 'pushdown',
      taskCount,
      reason: shardsAtWork(planner, wide, 'changes its own rows'),
    };
  }
  const error = placementError(planner, query, tables);
  if (error) return error;
  const present = tables.filter(({ shards }) => shardSetSize(shards) > 0);
  const target = query.result === undefined ? undefined : query.rtable[query.result];
  if (target?.kind === 'relation' && placementOf(planner, target.table).kind === 'reference') {
    const converted = query.rtable.find(
      (entry) =>
        entry.kind === 'subquery' && entry.readBefore !== undefined && !isKnown(planner, entry.readBefore),
    );
    if (converted?.kind === 'subquery') {
      throw new PlanningError(
        `relation ${tableName(planner, converted.readBefore ?? '')} is not distributed`,
      );
    }
    const readsDistributed = relationsOf(query).some(
      (entry) => entry.table !== target.table && isDistributed(placementOf(planner, entry.table)),
    );
    if (readsDistributed) {
      throw new PlanningError('cannot perform select on a distributed table and modify a reference table');
    }
  }
  const isLocal = target?.kind === 'relation' && isLocalTable(placementOf(planner, target.table));
  const taskCount = isLocal ? 1 : Math.min(1, present.length);
  return { ...base, kind: 'router', taskCount, reason: 'the rows it changes are on one shard' };
}

const isKnown = (planner: Planner, table: string): boolean => isCitusTable(placementOf(planner, table));

function planInsertValues(planner: Planner, query: Query): Plan | PlanningError {
  const [target] = query.rtable;
  if (target?.kind !== 'relation') return new PlanningError('could not find any shards');
  const placement = placementOf(planner, target.table);
  const base = { kind: 'router', subplans: 0, repartitionInSubplan: false } as const;
  const name = tableName(planner, target.table);
  if (!hasDistributionColumn(placement))
    return { ...base, taskCount: 1, reason: `${name} has a single shard` };
  const column = distributionColumnNumber(planner, target);
  const cell = query.targets.find((given) => given.column === column);
  if (!cell) {
    throw new PlanningError('cannot perform an INSERT without a partition column value');
  }
  const values = valuesOf(query, cell.expression);
  if (values.some((value) => value.kind === 'constant' && value.value === null)) {
    throw new PlanningError('cannot perform an INSERT with NULL in the partition column');
  }
  const key: Expression = { kind: 'variable', entry: 0, column: column ?? 0, level: 0, args: [] };
  const shards = pruneShards(planner, target.table, column, [
    {
      kind: 'or',
      args: values.map(
        (value): Expression => ({
          kind: 'operator',
          name: '=',
          args: [key, value],
          volatility: 'immutable',
        }),
      ),
    },
  ]);
  const taskCount = shards.kind === 'all' ? undefined : shards.shards.size;
  const reason = `each row goes to the shard of its ${placement.column}`;
  if (taskCount === undefined) return { ...base, reason };
  return { ...base, kind: taskCount > 1 ? 'pushdown' : 'router', taskCount, reason };
}

function valuesOf(query: Query, expression: Expression): readonly Expression[] {
  if (expression.kind !== 'variable') return [expression];
  const entry = query.rtable[expression.entry];
  if (entry?.kind !== 'values') return [expression];
  return entry.rows.flatMap((row) => row[expression.column - 1] ?? []);
}
