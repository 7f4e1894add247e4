import { isSimple } from '../postgres/pull-up-subqueries.ts';
import type { RelationRestriction, Restrictions, Root } from '../postgres/restrictions.ts';
import type { Expression, Query, RelationEntry, Variable } from '../query-tree.ts';
import { allEntries, allQueries, entriesOf, leavesOf } from '../walk.ts';
import {
  distributionColumnNumber,
  isDistributionColumnOf,
  referencedColumn,
} from './distribution-columns.ts';
import { type Planner, placementOf } from './planning.ts';
import { hasDistributionColumn, isCitusTable, isDistributed } from './table-kinds.ts';

/** Whether all distributed tables of a query are joined on their distribution columns (or united by position). */
export function allKeysEqual(planner: Planner, query: Query, restrictions: Restrictions): boolean {
  if (query.ctes.length > 0 || hasLocalRelation(planner, restrictions.relations)) return false;
  if (keysEqualByJoins(planner, restrictions)) return true;
  if (query.setOperation || isUnionInFrom(query)) return keysEqualByUnion(planner, query, restrictions);
  return false;
}

/** The part of what is known that concerns the tables inside one query. */
export function restrictionsOf(restrictions: Restrictions, query: Query): Restrictions {
  const ids = new Set(allEntries(query).flatMap((entry) => (entry.kind === 'relation' ? [entry.id] : [])));
  return {
    rewritten: restrictions.rewritten,
    relations: restrictions.relations.filter((relation) => ids.has(relation.id)),
    joins: restrictions.joins.filter((join) =>
      allEntries(join.root.query).some((entry) => entry.kind === 'relation' && ids.has(entry.id)),
    ),
  };
}

function hasLocalRelation(planner: Planner, relations: readonly RelationRestriction[]): boolean {
  return relations.some((relation) => !isCitusTable(placementOf(planner, relation.table)));
}

/** Whether joins tie all distribution columns together. Tables without one do not count. */
export function keysEqualByJoins(planner: Planner, restrictions: Restrictions): boolean {
  const { relations } = restrictions;
  if (hasLocalRelation(planner, relations)) return false;
  if (distributedCount(planner, relations) <= 1) return true;
  if (relations.some((relation) => placementOf(planner, relation.table).kind === 'append')) return false;
  return coversAllKeys(planner, relations, keyClasses(planner, restrictions));
}

function distributedCount(planner: Planner, relations: readonly RelationRestriction[]): number {
  const distributed = relations.filter((relation) => isDistributed(placementOf(planner, relation.table)));
  return new Set(distributed.map((relation) => relation.id)).size;
}

/** Sets of table occurrences whose distribution columns are equal. */
type KeyClass = ReadonlySet<number>;

/** The sets that equal columns and join conditions give, over all levels that matter. */
export function keyClasses(planner: Planner, restrictions: Restrictions): KeyClass[] {
  const roots = new Set<Root>();
  for (const relation of restrictions.relations) roots.add(relation.root);
  for (const relation of restrictions.relations) {
    for (let root = relation.root.parent; root; root = root.parent) roots.add(root);
  }
  const classes: KeyClass[] = [];
  for (const root of roots) {
    for (const members of root.equivalences) {
      const ids = new Set<number>();
      const search = { planner, ids, position: undefined };
      for (const member of members) addKeys(search, member, root);
      if (ids.size > 1) classes.push(ids);
    }
  }
  return classes;
}

/** Whether one set, grown from the first distribution column, takes in all tables that have one. */
export function coversAllKeys(
  planner: Planner,
  relations: readonly RelationRestriction[],
  classes: readonly KeyClass[],
): boolean {
  const first = relations.find((relation) => hasDistributionColumn(placementOf(planner, relation.table)));
  const common = new Set<number>();
  if (first && classes.length > 0) {
    common.add(first.id);
    let grew = true;
    while (grew) {
      grew = false;
      for (const ids of classes) {
        if (![...ids].some((id) => common.has(id))) continue;
        const before = common.size;
        for (const id of ids) common.add(id);
        grew ||= common.size > before;
      }
    }
  }
  return relations.every((relation) => {
    const placement = placementOf(planner, relation.table);
    return (isCitusTable(placement) && !hasDistributionColumn(placement)) || common.has(relation.id);
  });
}

/** The search for the tables behind one set of equal expressions. */
interface KeySearch {
  readonly planner: Planner;
  readonly ids: Set<number>;
  /** Where the key stands in the bare members of appends: it counts only where all have it at one place. */
  position: number | undefined;
}

function addKeys(search: KeySearch, expression: Expression, root: Root): void {
  if (expression.kind !== 'variable' || expression.column <= 0) return;
  let at: Root | undefined = root;
  for (let level = expression.level; level > 0 && at; level--) at = at.parent;
  if (at) addVariable(search, expression, at);
}

function addVariable(search: KeySearch, variable: Variable, root: Root): void {
  const entry = root.query.rtable[variable.entry];
  if (entry?.kind === 'relation') {
    if (isDistributionColumnOf(search.planner, entry, variable.column)) search.ids.add(entry.id);
    return;
  }
  if (entry?.kind !== 'subquery') return;
  const members = root.appends.get(variable.entry);
  if (!members) {
    const subroot = root.subroots.get(variable.entry);
    if (subroot) addColumn(search, subroot, variable.column);
    return;
  }
  addMembers(search, root, variable.column);
}

/** PostgreSQL keeps the members of all appends of a level in one list, those of nested appends too; so does Citus. */
function addMembers(search: KeySearch, root: Root, column: number): void {
  for (const member of [...root.appends.values()].flat()) {
    const subroot = root.subroots.get(member);
    if (!subroot) continue;
    if (isAppend(subroot)) addMembers(search, subroot, column);
    else addMember(search, subroot, column);
  }
}

function isAppend(root: Root): boolean {
  const [only, ...others] = root.query.from;
  return only?.kind === 'entry' && others.length === 0 && root.appends.has(only.entry);
}

function addMember(search: KeySearch, subroot: Root, column: number): void {
  const bare = bareRelation(subroot.query);
  if (!bare) {
    addColumn(search, subroot, column);
    return;
  }
  // A bare table counts with its key wherever the key stands in the list.
  const position = subroot.query.targets.findIndex(
    ({ expression }) =>
      expression.kind === 'variable' && isDistributionColumnOf(search.planner, bare, expression.column),
  );
  if (position < 0) return;
  search.position ??= position;
  if (search.position === position) search.ids.add(bare.id);
}

function bareRelation(query: Query): RelationEntry | undefined {
  const [only, ...others] = query.from;
  if (only?.kind !== 'entry' || others.length > 0 || query.where || !isSimple(query)) return undefined;
  const entry = query.rtable[only.entry];
  return entry?.kind === 'relation' ? entry : undefined;
}

function addColumn(search: KeySearch, root: Root, column: number): void {
  const { query } = root;
  if (query.setOperation) {
    for (const leaf of leavesOf(query.setOperation)) {
      const subroot = root.subroots.get(leaf);
      if (subroot) addColumn(search, subroot, column);
    }
    return;
  }
  const target = query.targets[column - 1]?.expression;
  if (target?.kind === 'variable' && target.level === 0) addVariable(search, target, root);
}

/** Whether the only FROM item, however deep, is a UNION: those are tied by column position. */
export function isUnionInFrom(query: Query): boolean {
  const entries = entriesOf(query.from);
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) return false;
  const entry = query.rtable[only];
  if (entry?.kind !== 'subquery') return false;
  const { setOperation } = entry.query;
  if (setOperation) return setOperation.kind === 'operation' && setOperation.operator === 'union';
  return isUnionInFrom(entry.query);
}

/** Whether all members of a UNION return their distribution column at the same place. */
export function keysEqualByUnion(planner: Planner, query: Query, restrictions: Restrictions): boolean {
  const { relations } = restrictions;
  const united = new Set<number>();
  let position: number | undefined;
  for (const relation of relations) {
    const index = keyPosition(planner, query, relation.id);
    if (index === undefined) continue;
    position ??= index;
    if (position === index) united.add(relation.id);
  }
  const classes = [...keyClasses(planner, restrictions), united];
  if (!coversAllKeys(planner, relations, classes)) return false;
  if (
    !allColocated(
      planner,
      relations.map((relation) => relation.table),
    )
  )
    return false;
  return outerJoinsReturnKeys(planner, query, restrictions);
}

/** The place of a table's distribution column in the select list of the query that holds the table. */
function keyPosition(planner: Planner, query: Query, id: number): number | undefined {
  const holder = allQueries(query).find((inner) =>
    inner.rtable.some((entry) => entry.kind === 'relation' && entry.id === id),
  );
  if (!holder) return undefined;
  const index = holder.targets.findIndex((target) => {
    const found = referencedColumn(target.expression, holder, []);
    return found?.relation.id === id && isDistributionColumnOf(planner, found.relation, found.column);
  });
  return index < 0 ? undefined : index + 1;
}

function outerJoinsReturnKeys(planner: Planner, query: Query, restrictions: Restrictions): boolean {
  let everFound = false;
  for (const join of restrictions.joins) {
    if (join.type !== 'left') continue;
    for (const index of join.outer) {
      const entry = join.root.query.rtable[index];
      if (entry?.kind !== 'relation') continue;
      if (keyPosition(planner, query, entry.id) !== undefined) everFound = true;
      else if (!everFound) return false;
    }
  }
  return true;
}

/** Whether all distributed tables of a list are in one co-location group. */
export function allColocated(planner: Planner, tables: readonly string[]): boolean {
  let group: string | undefined;
  for (const table of tables) {
    const placement = placementOf(planner, table);
    if (placement.kind === 'append') return false;
    if (placement.kind !== 'hash' && placement.kind !== 'range' && placement.kind !== 'single-shard')
      continue;
    group ??= placement.colocation;
    if (group !== placement.colocation) return false;
  }
  return true;
}

/** The distribution column's number of a relation restriction's table. */
export function keyColumnOf(planner: Planner, relation: RelationRestriction): number | undefined {
  const entry = relation.root.query.rtable[relation.entry];
  return entry?.kind === 'relation' ? distributionColumnNumber(planner, entry) : undefined;
}
