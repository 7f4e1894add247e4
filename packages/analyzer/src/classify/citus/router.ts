import { foldConstants } from '../postgres/fold.ts';
import type { Restrictions } from '../postgres/restrictions.ts';
import type { CommonTable, Query } from '../query-tree.ts';
import { allEntries, allQueries, someExpressionDeep } from '../walk.ts';
import { keyColumnOf } from './key-equality.ts';
import { modifyPartError } from './modify-checks.ts';
import { type Plan, type Planner, PlanningError, placementOf, tableName } from './planning.ts';
import { pruneShards, type ShardSet, shardSetSize } from './pruning.ts';
import { hasDistributionColumn, isDistributed, isLocalTable, queryHasTable } from './table-kinds.ts';

/** The plan of a query that one node can answer, or why it cannot. */
export function planRouterSelect(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
): Plan | PlanningError {
  return routerSelectError(planner, query) ?? routeQuery(planner, query, restrictions);
}

/** Why the router planner does not look at a SELECT at all. */
export function routerSelectError(planner: Planner, query: Query): PlanningError | undefined {
  if (query.command !== 'select')
    return new PlanningError('Only SELECT query types are supported in this path');
  if (!planner.layout.settings.routerExecution) return new PlanningError('Router planner not enabled.');
  const has = (test: Parameters<typeof queryHasTable>[2]): boolean => queryHasTable(planner, query, test);
  if (has((placement) => placement.kind === 'append')) {
    return new PlanningError('Router planner does not support append-partitioned tables.');
  }
  if (query.rowMarks && has((placement) => placement.kind === 'hash' && placement.isReplicated === true)) {
    return new PlanningError(
      'SELECT FOR UPDATE with table replication factor > 1 not supported for non-reference tables.',
    );
  }
  const hasSequence = query.targets.some((target) =>
    someExpressionDeep(target.expression, (node) => node.kind === 'call' && node.name === 'nextval'),
  );
  const hasDistributed = has(isDistributed);
  if (hasSequence && (hasDistributed || has((placement) => placement.kind === 'reference'))) {
    return new PlanningError('Sequences cannot be used in router queries');
  }
  if (hasDistributed && has(isLocalTable)) {
    return new PlanningError('Local tables cannot be used in distributed queries.');
  }
  return searchClauseError(query) ?? modifyingCteError(planner, query.ctes);
}

/** CTEs with SEARCH are refused everywhere. */
export function searchClauseError(query: Query): PlanningError | undefined {
  const found = allQueries(query).some((inner) => inner.ctes.some((cte) => cte.searchClause));
  return found ? new PlanningError('CTEs with search clauses are not supported') : undefined;
}

function modifyingCteError(planner: Planner, ctes: readonly CommonTable[]): PlanningError | undefined {
  for (const { query } of ctes) {
    if (query.command === 'select') continue;
    if (query.command !== 'update' && query.command !== 'delete') {
      return new PlanningError(
        'only SELECT, UPDATE, or DELETE common table expressions may be router planned',
      );
    }
    const error = modifyPartError(planner, query, false, routerSelectError);
    if (error) return error;
    const target = query.result === undefined ? undefined : query.rtable[query.result];
    if (target?.kind === 'relation' && !isDistributed(placementOf(planner, target.table))) {
      return new PlanningError('cannot router plan modification of a non-distributed table');
    }
  }
  return undefined;
}

/** A table with the shards its conditions leave. */
export interface TableShards {
  readonly table: string;
  readonly shards: ShardSet;
}

/** Which shards run a query of several, for people: `every shard of t changes its own rows, …`. */
export function shardsAtWork(planner: Planner, tables: readonly TableShards[], work: string): string {
  const [wide] = tables;
  const narrowed = tables.find(({ shards }) => shards.kind === 'some' && shardSetSize(shards) > 1);
  if (narrowed !== undefined)
    return `the conditions leave ${shardSetSize(narrowed.shards)} shards of ${tableName(planner, narrowed.table)}, and each ${work}`;
  return `every shard${wide === undefined ? '' : ` of ${tableName(planner, wide.table)}`} ${work}, because no condition singles one out`;
}

/** The shards of every table of a query. */
export function shardsOfRelations(planner: Planner, restrictions: Restrictions): TableShards[] {
  return restrictions.relations.flatMap((relation): TableShards[] => {
    const placement = placementOf(planner, relation.table);
    if (placement.kind === 'local') return [];
    if (relation.isFalse) return [{ table: relation.table, shards: { kind: 'some', shards: new Set() } }];
    const clauses = relation.clauses.map(foldConstants);
    return [
      {
        table: relation.table,
        shards: pruneShards(planner, relation.table, keyColumnOf(planner, relation), clauses),
      },
    ];
  });
}

/** A router plan when all tables of a query prune to one place, or why not. */
export function routeQuery(planner: Planner, query: Query, restrictions: Restrictions): Plan | PlanningError {
  const tables = shardsOfRelations(planner, restrictions);
  const wide = tables.find(({ shards }) => shardSetSize(shards) > 1);
  if (wide) return new PlanningError('Router planner cannot handle multi-shard select queries');
  const error = placementError(planner, query, tables);
  if (error) return error;
  const narrowed = tables.find(({ table }) => hasDistributionColumn(placementOf(planner, table)));
  return {
    kind: 'router',
    taskCount: 1,
    subplans: 0,
    repartitionInSubplan: false,
    reason: narrowed
      ? `one shard of ${tableName(planner, narrowed.table)} holds all the rows it needs`
      : 'one node holds all the tables it needs',
  };
}

/** Whether the shards that were picked are on one node, as far as metadata tells. */
export function placementError(
  planner: Planner,
  query: Query,
  tables: readonly TableShards[],
): PlanningError | undefined {
  const { nonColocatedRouter } = planner.layout.settings;
  const present = tables.filter(({ shards }) => shardSetSize(shards) > 0);
  if (!nonColocatedRouter && !shardsColocated(planner, present)) {
    return new PlanningError(
      'router planner does not support queries that reference non-colocated distributed tables',
    );
  }
  const shardsByTable = new Map<string, string>();
  for (const { table, shards } of present) {
    const shard = shards.kind === 'some' ? [...shards.shards].join() : '0';
    if ((shardsByTable.get(table) ?? shard) !== shard) {
      return new PlanningError('cannot run command which targets multiple shards');
    }
    shardsByTable.set(table, shard);
  }
  const nodes = present.map(({ table, shards }) => nodesOf(planner, table, shards));
  const hasLocal = allEntries(query).some(
    (entry) => entry.kind === 'relation' && placementOf(planner, entry.table).kind === 'local',
  );
  if (hasLocal && present.length > 0) nodes.push(new Set([coordinator]));
  const known = nodes.filter((group) => group !== undefined);
  const [first, ...others] = known;
  const isNowhere = first && ![...first].some((node) => others.every((group) => group.has(node)));
  return isNowhere ? new PlanningError('found no worker with all shard placements') : undefined;
}

const coordinator = 0;

/** The nodes that hold what is left of a table; undefined when any may. */
function nodesOf(planner: Planner, table: string, shards: ShardSet): ReadonlySet<number> | undefined {
  const placement = placementOf(planner, table);
  switch (placement.kind) {
    case 'citus-local':
      return new Set([coordinator]);
    case 'reference':
      return placement.onCoordinator ? undefined : notCoordinator(planner);
    case 'single-shard':
      return placement.node === undefined ? undefined : new Set([placement.node]);
    case 'hash':
    case 'range': {
      const { shardNodes } = placement;
      if (!shardNodes) return undefined;
      if (shards.kind === 'all') return new Set(shardNodes);
      const nodes = [...shards.shards].map((shard) => shardNodes[Number(shard)]);
      return nodes.some((node) => node === undefined)
        ? undefined
        : new Set(nodes.filter((node) => node !== undefined));
    }
    default:
      return undefined;
  }
}

/** Every node number of the layout but the coordinator's. */
function notCoordinator(planner: Planner): ReadonlySet<number> {
  const nodes = new Set<number>([1, 2]);
  for (const placement of planner.layout.tables.values()) {
    if ('shardNodes' in placement) for (const node of placement.shardNodes ?? []) nodes.add(node);
    if (placement.kind === 'single-shard' && placement.node !== undefined) nodes.add(placement.node);
  }
  nodes.delete(coordinator);
  return nodes;
}

function shardsColocated(planner: Planner, tables: readonly TableShards[]): boolean {
  let kind: string | undefined;
  let colocation: string | undefined;
  let shard: string | undefined;
  for (const { table, shards } of tables) {
    const placement = placementOf(planner, table);
    if (placement.kind === 'reference') continue;
    if (isDistributed(placement)) {
      kind ??= placement.kind;
      if (kind !== placement.kind) return false;
      if (placement.kind === 'range' || placement.kind === 'append') continue;
    }
    const group = 'colocation' in placement ? placement.colocation : '';
    colocation ??= group;
    if (colocation !== group) return false;
    const own = shards.kind === 'some' ? [...shards.shards].join() : '0';
    shard ??= own;
    if (shard !== own) return false;
  }
  return true;
}
