import type { Restrictions } from '../postgres/restrictions.ts';
import { hasVolatile } from '../postgres/volatility.ts';
import type { Query } from '../query-tree.ts';
import { copyQuery, someExpressionDeep } from '../walk.ts';
import { distributionColumnNumber, isDistributionColumn, referencedColumn } from './distribution-columns.ts';
import { allColocated, allKeysEqual } from './key-equality.ts';
import { onConflictError } from './modify-checks.ts';
import { type Plan, type Planner, PlanningError, placementOf, tableName } from './planning.ts';
import { shardSetSize } from './pruning.ts';
import { subqueryPushdownError, wholeQueryPushdownError } from './pushdown-checks.ts';
import { planRouterSelect, shardsOfRelations } from './router.ts';
import { asSubquery, selectFrom } from './subplans.ts';
import {
  hasDistributionColumn,
  isCitusTable,
  isDistributed,
  queryHasTable,
  tablesOf,
} from './table-kinds.ts';

/** The query behind an INSERT … SELECT; undefined for other statements. */
export function insertSource(query: Query): Query | undefined {
  if (query.command !== 'insert') return undefined;
  const [only] = query.from;
  const entry = only?.kind === 'entry' ? query.rtable[only.entry] : undefined;
  return entry?.kind === 'subquery' ? entry.query : undefined;
}

/** The plan of INSERT … SELECT: on the shards where they match, else with the rows moved. */
export function planInsertSelect(planner: Planner, query: Query, restrictions: Restrictions): Plan {
  const conflict = onConflictError(planner, query);
  if (conflict) throw conflict;
  const source = insertSource(query);
  const [target] = query.rtable;
  if (!source || target?.kind !== 'relation') throw new PlanningError('INSERT without a table');
  const pushed = pushedInsert(planner, query, source, target.table, restrictions);
  if (!(pushed instanceof PlanningError)) return pushed;
  return movedInsert(planner, query, source, target.table, pushed);
}

/** INSERT … SELECT into a local table: the coordinator writes what the query returns. */
export function planInsertIntoLocal(planner: Planner, query: Query): Plan {
  const source = insertSource(query);
  if (!source) throw new PlanningError('INSERT without a query');
  const plan = planner.planStatement(wrapped(query, source));
  return {
    ...plan,
    kind: 'insert-select-pull',
    reason: 'the target is a local table: the coordinator writes the rows',
  };
}

function pushedInsert(
  planner: Planner,
  query: Query,
  source: Query,
  target: string,
  restrictions: Restrictions,
): Plan | PlanningError {
  const routed = planRouterSelect(planner, source, restrictions);
  const isRouter = !(routed instanceof PlanningError);
  const error = pushedInsertError(planner, query, source, target, isRouter, restrictions);
  if (error) return error;
  const placement = placementOf(planner, target);
  const allReference = restrictions.relations
    .filter((relation) => isCitusTable(placementOf(planner, relation.table)))
    .every((relation) => placementOf(planner, relation.table).kind === 'reference');
  const followsShards = isRouter || allKeysEqual(planner, query, restrictions);
  if (!followsShards && !allReference && !isRouter) {
    return new PlanningError('Router planner cannot handle multi-shard select queries');
  }
  const tables = shardsOfRelations(planner, restrictions).filter(({ table }) =>
    hasDistributionColumn(placementOf(planner, table)),
  );
  const sources = tables.filter(({ shards }) => shards.kind === 'some');
  const all = hasDistributionColumn(placement) ? placement.shardCount : 1;
  const taskCount = Math.min(all, ...sources.map(({ shards }) => shardSetSize(shards)));
  return {
    kind: 'pushdown',
    taskCount,
    subplans: 0,
    repartitionInSubplan: false,
    reason: `each shard of ${tableName(planner, target)} takes its rows from the shards beside it`,
  };
}

function pushedInsertError(
  planner: Planner,
  query: Query,
  source: Query,
  target: string,
  isRouter: boolean,
  restrictions: Restrictions,
): PlanningError | undefined {
  const has = (test: Parameters<typeof queryHasTable>[2]): boolean => queryHasTable(planner, source, test);
  if (!has(isCitusTable)) {
    return new PlanningError('distributed INSERT ... SELECT can only select from distributed tables');
  }
  const hasDistributed = has(isDistributed);
  const hasCitusLocal = has((placement) => placement.kind === 'citus-local');
  const hasLocal = has((placement) => placement.kind === 'local');
  if (hasDistributed && (hasCitusLocal || hasLocal)) {
    return new PlanningError(
      'distributed INSERT ... SELECT cannot select from distributed tables and local tables at the same time',
    );
  }
  const placement = placementOf(planner, target);
  if (hasDistributed && placement.kind === 'citus-local') {
    return new PlanningError(
      'distributed INSERT ... SELECT cannot insert into a local table that is added to metadata',
    );
  }
  if (hasLocal) return new PlanningError('distributed INSERT ... SELECT cannot select from a local table');
  if (hasVolatile(query)) {
    return new PlanningError('volatile functions are not allowed in distributed INSERT ... SELECT queries');
  }
  if (!isRouter) {
    const error =
      wholeQueryPushdownError(planner, source, restrictions, true) ??
      subqueryPushdownError(planner, source, false);
    if (error) return error;
  }
  if (placement.kind === 'reference') {
    if (hasDistributed || hasCitusLocal) {
      return new PlanningError(
        'only reference tables may be queried when targeting a reference table with distributed INSERT ... SELECT',
      );
    }
  } else if (placement.kind !== 'citus-local') {
    if (hasCitusLocal) {
      return new PlanningError(
        'distributed INSERT ... SELECT cannot select from a local relation when inserting into a distributed table',
      );
    }
    const error = hasDistributionColumn(placement) ? keyMismatch(planner, query, source) : undefined;
    if (error) return error;
  }
  if (!allColocated(planner, [...tablesOf(source), target])) {
    return new PlanningError(
      'INSERT target relation and all source relations of the SELECT must be colocated in distributed INSERT ... SELECT',
    );
  }
  return undefined;
}

/** The target's distribution column must be filled from a source's distribution column, without a cast. */
function keyMismatch(planner: Planner, query: Query, source: Query): PlanningError | undefined {
  const refuse = (detail: string): PlanningError =>
    new PlanningError(
      'cannot perform distributed INSERT INTO ... SELECT because the partition columns in the source table and subquery do not match',
      detail,
    );
  const [target] = query.rtable;
  const column = target?.kind === 'relation' ? distributionColumnNumber(planner, target) : undefined;
  const assignment = query.targets.find((given) => given.column === column);
  const value = assignment?.expression;
  const variable = value?.kind === 'cast' ? value.args[0] : value;
  if (!value || variable?.kind !== 'variable') {
    return refuse("the query doesn't include the target table's partition column");
  }
  const output = source.targets[variable.column - 1]?.expression;
  if (!output || !referencedColumn(output, source, [query, source])) {
    return refuse(
      "Subquery contains an expression in the same position as the target table's partition column.",
    );
  }
  if (value.kind !== 'variable') {
    return refuse(
      "The data type of the target table's partition column should exactly match the data type of the corresponding simple column reference in the subquery.",
    );
  }
  if (!isDistributionColumn(planner, output, source, [])) {
    return refuse(
      "The target table's partition column should correspond to a partition column in the subquery.",
    );
  }
  return undefined;
}

/** Set operations and WITH items of the INSERT go below a plain SELECT. */
function wrapped(query: Query, source: Query): Query {
  const inner = copyQuery(source);
  if (!source.setOperation && query.ctes.length === 0) return inner;
  const entry = query.rtable[1];
  if (!entry) return inner;
  const outer = selectFrom(asSubquery(entry, inner));
  if (query.ctes.length > 0) {
    outer.ctes = copyQuery(query).ctes;
    outer.hasRecursive = query.hasRecursive;
  }
  return outer;
}

function movedInsert(
  planner: Planner,
  query: Query,
  source: Query,
  target: string,
  reason: PlanningError,
): Plan {
  const placement = placementOf(planner, target);
  if (placement.kind === 'append') {
    throw new PlanningError('INSERT ... SELECT into an append-distributed table is not supported');
  }
  const plan = planner.planStatement(wrapped(query, source));
  const why = reason.detail ?? reason.message;
  if (
    !readsSequence(query) &&
    canRedistribute(planner, plan) &&
    (placement.kind === 'hash' || placement.kind === 'range')
  ) {
    return { ...plan, kind: 'insert-select-repartition', reason: `rows move between shards: ${why}` };
  }
  return { ...plan, kind: 'insert-select-pull', reason: `rows pass through the coordinator: ${why}` };
}

/** Defaults that read a sequence are computed on the coordinator. */
function readsSequence(query: Query): boolean {
  return query.targets.some((target) =>
    someExpressionDeep(target.expression, (node) => node.kind === 'call' && node.name === 'nextval'),
  );
}

/** Whether a query's rows can go straight from shard to shard. */
export function canRedistribute(planner: Planner, plan: Plan): boolean {
  if (!planner.layout.settings.repartitionedInsertSelect || plan.kind !== 'pushdown') return false;
  return (plan.taskCount ?? 2) > 1 && !plan.sequenceOnCoordinator && !plan.mergesOnCoordinator;
}
