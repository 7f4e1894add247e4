import { isConstantExpression } from '../postgres/fold.ts';
import type { RelationRestriction } from '../postgres/restrictions.ts';
import type { Expression, Query, RelationEntry } from '../query-tree.ts';
import { conjunction, mapExpression, someExpressionDeep } from '../walk.ts';
import { placementOf } from './planning.ts';
import { addSubplan, asSubquery, type RecursivePlanning, resultQuery, selectFrom } from './subplans.ts';
import { entriesHaveTable, isDistributed, isLocalTable } from './table-kinds.ts';

/** Reads a table by a subplan of its own, with the conditions on it, in place of the table. */
export function planTable(query: Query, index: number, planning: RecursivePlanning): void {
  const entry = query.rtable[index];
  if (entry?.kind !== 'relation') return;
  const clauses = restrictionOf(entry, planning)?.clauses ?? [];
  const own = clauses
    .filter((clause) => !someExpressionDeep(clause, (node) => node.kind === 'sublink' || outer(node)))
    .map((clause) =>
      mapExpression(clause, (node) => (node.kind === 'variable' ? { ...node, entry: 0 } : node)),
    );
  const inner = selectFrom({ ...entry }, conjunction(own));
  addSubplan(inner, planning);
  const result = resultQuery(inner.targets, []);
  query.rtable[index] = {
    ...asSubquery(entry, selectFrom(asSubquery(entry, result))),
    readBefore: entry.table,
  };
}

const outer = (node: Expression): boolean => node.kind === 'variable' && node.level > 0;

function restrictionOf(entry: RelationEntry, planning: RecursivePlanning): RelationRestriction | undefined {
  return planning.restrictions.relations.find((relation) => relation.id === entry.id);
}

/** Whether a query joins a local table with tables on the workers. */
export function joinsLocalTable(query: Query, planning: RecursivePlanning): boolean {
  const { planner } = planning;
  if (planner.layout.settings.localTableJoinPolicy === 'never') return false;
  return hasLocalDistributedJoin(query, planning);
}

/** Whether a local table stands beside a distributed or reference table in FROM. */
export function hasLocalDistributedJoin(query: Query, planning: Pick<RecursivePlanning, 'planner'>): boolean {
  const { planner } = planning;
  const isRemote = (placement: ReturnType<typeof placementOf>): boolean =>
    isDistributed(placement) || placement.kind === 'reference';
  const hasRemote = query.rtable.some((entry) => entriesHaveTable(planner, [entry], isRemote));
  const hasLocal = query.rtable.some(
    (entry) => entry.kind === 'relation' && isLocalTable(placementOf(planner, entry.table)),
  );
  return hasRemote && hasLocal;
}

/** Reads either the local or the other tables of a mixed join by subplans. */
export function planLocalTableJoin(query: Query, planning: RecursivePlanning): void {
  const { planner } = planning;
  const local: number[] = [];
  const remote: number[] = [];
  for (const [index, entry] of query.rtable.entries()) {
    if (entry.kind !== 'relation' || index === query.result) continue;
    (isLocalTable(placementOf(planner, entry.table)) ? local : remote).push(index);
  }
  for (const index of choose(query, local, remote, planning)) planTable(query, index, planning);
}

function choose(query: Query, local: number[], remote: number[], planning: RecursivePlanning): number[] {
  const preferLocal = local.length > 0 ? local : remote;
  const preferRemote = remote.length > 0 ? remote : local;
  switch (planning.planner.layout.settings.localTableJoinPolicy) {
    case 'prefer-local':
      return preferLocal;
    case 'prefer-distributed':
      return preferRemote;
    default:
      return remote.every((index) => isPinned(query, index, planning)) ? preferRemote : preferLocal;
  }
}

/** Whether constants pin all columns of a unique key: at most one row is read. */
function isPinned(query: Query, index: number, planning: RecursivePlanning): boolean {
  const entry = query.rtable[index];
  if (entry?.kind !== 'relation') return false;
  const restriction = restrictionOf(entry, planning);
  if (!restriction) return false;
  if (restriction.isFalse) return true;
  const table = planning.planner.names.tables.get(entry.table);
  const equal = new Set(restriction.clauses.flatMap(equalColumns));
  return (table?.uniqueKeys ?? []).some((key) =>
    key.every((name) => equal.has((table?.columns.findIndex((column) => column.name === name) ?? -1) + 1)),
  );
}

function equalColumns(clause: Expression): number[] {
  if (clause.kind === 'and' || clause.kind === 'or') {
    const found = clause.args.map(equalColumns);
    return clause.kind === 'or' && found.some((columns) => columns.length === 0) ? [] : found.flat();
  }
  if (clause.kind !== 'operator' || clause.name !== '=') return [];
  const [left, right] = clause.args;
  if (left?.kind === 'variable' && right && isConstantExpression(right)) return [left.column];
  if (right?.kind === 'variable' && left && isConstantExpression(left)) return [right.column];
  return [];
}
