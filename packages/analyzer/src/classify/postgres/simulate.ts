import type { NameContext } from '../context.ts';
import type { FromNode, JoinNode, Query } from '../query-tree.ts';
import { entriesUsed } from '../references.ts';
import {
  conjunction,
  conjuncts,
  copyQuery,
  entriesOf,
  joinsOf,
  mapOwn,
  ownExpressions,
  someExpression,
  sublinkQueries,
} from '../walk.ts';
import { type DistributedQuals, distributeQuals } from './distribute-quals.ts';
import { foldConstants, isFalse } from './fold.ts';
import { cteReferences, inlineOwnCtes } from './inline-ctes.ts';
import { isUniqueSide, nonNullableEntries, reduceOuterJoins, removeUselessJoins } from './outer-joins.ts';
import { pullUpSublinks } from './pull-up-sublinks.ts';
import { type AppendMembers, pullUpSubqueries } from './pull-up-subqueries.ts';
import { conditionForMember, pushDownQuals } from './push-down-quals.ts';
import type { JoinRestriction, RelationRestriction, Restrictions, Root } from './restrictions.ts';

/**
 * What PostgreSQL's planner would tell Citus about a query: its rewritten form, the conditions on each table,
 * the columns that are equal, and the joins it looks at.
 */
export function simulatePlanner(query: Query, context: NameContext): Restrictions {
  const relations: RelationRestriction[] = [];
  const joins: JoinRestriction[] = [];
  const simulation = { context, relations, joins };
  const root = planRoot(copyQuery(query), undefined, simulation);
  return { relations, joins, rewritten: root.query };
}

interface Simulation {
  readonly context: NameContext;
  readonly relations: RelationRestriction[];
  readonly joins: JoinRestriction[];
}

function planRoot(query: Query, parent: Root | undefined, simulation: Simulation): Root {
  inlineOwnCtes(query);
  if (query.command === 'merge') joinMergeTarget(query);
  const appends: AppendMembers = new Map();
  const isModification = query.command === 'insert';
  if (!isModification) pullUpSublinks(query);
  pullUpSubqueries(query, appends);
  mapOwn(query, foldConstants);
  moveHavingToWhere(query);
  reduceOuterJoins(query);
  dropEmptyItems(query);
  removeUselessJoins(query, simulation.context);
  const root: Root = {
    query,
    parent,
    subroots: new Map(),
    appends,
    equivalences: [],
    hasLateral: query.rtable.some((entry) => entry.lateral),
    hasPseudoConstants: false,
  };
  for (const cte of query.ctes) {
    const isUsed = cte.query.command !== 'select' || cteReferences(query, cte.name).length > 0;
    if (isUsed) planRoot(cte.query, root, simulation);
  }
  const quals = distributeQuals(query);
  root.equivalences = quals.equivalences;
  root.hasPseudoConstants = quals.hasPseudoConstants;
  for (const entry of entriesOf(query.from)) planEntry(entry, root, quals, simulation);
  if (query.setOperation) {
    for (const [index, entry] of query.rtable.entries()) {
      if (entry.kind === 'subquery') root.subroots.set(index, planRoot(entry.query, root, simulation));
    }
  }
  for (const sublink of sublinkQueries(ownExpressions(query))) planRoot(sublink, root, simulation);
  noteJoins(root, quals.constantScopes, simulation);
  return root;
}

/** MERGE joins its source with its target: rows of the source without a partner stay when they may be inserted. */
function joinMergeTarget(query: Query): void {
  const [source] = query.from;
  if (!source || query.result === undefined) return;
  const type = query.mergeActions.some((action) => action.command === 'insert') ? 'right' : 'inner';
  const target: FromNode = { kind: 'entry', entry: query.result };
  query.from = [{ kind: 'join', type, left: target, right: source, on: query.where, mergedColumns: false }];
  query.where = undefined;
}

/** Conditions in HAVING without aggregates filter rows as well as groups. */
function moveHavingToWhere(query: Query): void {
  if (query.groupBy.length === 0 || query.groupingSets || !query.having) return;
  const parts = conjuncts(query.having);
  const isMovable = (part: (typeof parts)[number]): boolean =>
    !someExpression(part, (node) => node.kind === 'aggregate' || node.kind === 'sublink');
  query.where = conjunction([...conjuncts(query.where), ...parts.filter(isMovable)]);
  query.having = conjunction(parts.filter((part) => !isMovable(part)));
}

/** A FROM item that is a single row without columns adds nothing to a join. */
function dropEmptyItems(query: Query): void {
  const isEmpty = (node: FromNode): boolean =>
    node.kind === 'entry' && query.rtable[node.entry]?.kind === 'result';
  const simplify = (node: FromNode): FromNode => {
    if (node.kind === 'from') {
      const items = node.items.map(simplify);
      const kept = items.filter((item) => !isEmpty(item));
      const [only, ...others] = kept.length > 0 ? kept : items;
      if (only && others.length === 0 && !node.where) return only;
      return { ...node, items: kept.length > 0 ? kept : items.slice(0, 1) };
    }
    if (node.kind === 'join') {
      const join: JoinNode = { ...node, left: simplify(node.left), right: simplify(node.right) };
      if (join.type !== 'inner') return join;
      if (isEmpty(join.right)) return wrap(join.left, join);
      if (isEmpty(join.left)) return wrap(join.right, join);
      return join;
    }
    return node;
  };
  const wrap = (node: FromNode, join: JoinNode): FromNode =>
    join.on ? { kind: 'from', items: [node], where: join.on } : node;
  const items = query.from.map(simplify);
  const kept = items.filter((item) => !isEmpty(item));
  query.from = kept.length > 0 ? kept : items.slice(0, 1);
}

function planEntry(index: number, root: Root, quals: DistributedQuals, simulation: Simulation): void {
  const entry = root.query.rtable[index];
  const clauses = (quals.base.get(index) ?? []).map(foldConstants);
  const isNever = clauses.some(isFalse);
  if (entry?.kind === 'relation') {
    simulation.relations.push({
      id: entry.id,
      table: entry.table,
      root,
      entry: index,
      clauses,
      isFalse: isNever || quals.impossible.has(index),
    });
    return;
  }
  if (entry?.kind !== 'subquery' || isNever) return;
  const members = root.appends.get(index);
  if (!members) {
    pushDownQuals(index, clauses, entry.query);
    root.subroots.set(index, planRoot(entry.query, root, simulation));
    return;
  }
  for (const member of members) {
    const child = root.query.rtable[member];
    if (child?.kind !== 'subquery') continue;
    const own = clauses.map((clause) => conditionForMember(clause, index, member));
    pushDownQuals(member, own, child.query);
    root.subroots.set(member, planRoot(child.query, root, simulation));
  }
}

function noteJoins(root: Root, constantScopes: readonly ReadonlySet<number>[], simulation: Simulation): void {
  const { query } = root;
  for (const join of joinsOf(query.from)) {
    const outer = new Set(entriesOf([join.left]));
    const inner = new Set(entriesOf([join.right]));
    const [only, ...others] = inner;
    if (join.type === 'semi' && only !== undefined && others.length === 0) {
      if (isUniqueSide(query, join, only, simulation.context)) continue;
    }
    if (join.type === 'inner' || join.type === 'right') continue;
    // PostgreSQL 15 and 16 do not show extensions a join that carries a condition without columns.
    const covers = (scope: ReadonlySet<number>): boolean =>
      [...scope].every((entry) => outer.has(entry) || inner.has(entry));
    if (constantScopes.some(covers)) continue;
    simulation.joins.push({ type: join.type, root, outer, inner });
    const needed = [...entriesUsed(join.on)].filter((entry) => outer.has(entry));
    const strict = nonNullableEntries(join.on);
    if (
      join.type === 'left' &&
      needed.length > 0 &&
      needed.length < outer.size &&
      needed.every((entry) => strict.has(entry))
    ) {
      simulation.joins.push({ type: 'left', root, outer: new Set(needed), inner });
    }
  }
}
