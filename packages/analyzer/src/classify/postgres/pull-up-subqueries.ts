import { hasOwnAggregates } from '../own-aggregates.ts';
import type { Expression, FromNode, JoinNode, Query, SubqueryEntry } from '../query-tree.ts';
import { copyQuery, leavesOf } from '../walk.ts';
import { adoptEntries, emptiedEntry, returnsSet, substituteEntry } from './merge-queries.ts';
import { pullUpSublinks } from './pull-up-sublinks.ts';
import { isVolatile } from './volatility.ts';

/** FROM items that became an append of others (`UNION ALL`): the members' places in the same list. */
export type AppendMembers = Map<number, number[]>;

/** Merges simple subqueries in FROM into the query, as PostgreSQL's planner does before anything else. */
export function pullUpSubqueries(query: Query, appends: AppendMembers): void {
  for (const [index, node] of query.from.entries()) {
    query.from[index] = pullUpInNode(node, query, appends, false);
  }
}

function pullUpInNode(node: FromNode, query: Query, appends: AppendMembers, nullable: boolean): FromNode {
  if (node.kind === 'from') {
    for (const [index, item] of node.items.entries()) {
      node.items[index] = pullUpInNode(item, query, appends, nullable);
    }
    return node;
  }
  if (node.kind === 'join') return pullUpInJoin(node, query, appends, nullable);
  const entry = query.rtable[node.entry];
  if (entry?.kind !== 'subquery') return node;
  if (isSimple(entry.query)) return mergeSubquery(query, node.entry, entry, appends, nullable);
  if (isSimpleUnionAll(entry.query)) appendUnion(query, node.entry, entry, appends);
  return node;
}

function pullUpInJoin(node: JoinNode, query: Query, appends: AppendMembers, nullable: boolean): FromNode {
  const leftNullable = nullable || node.type === 'right' || node.type === 'full';
  const rightNullable = nullable || node.type === 'left' || node.type === 'full' || node.type === 'anti';
  // The parts are changed in place: merging a subquery rewrites the conditions of joins that are not done yet.
  node.left = pullUpInNode(node.left, query, appends, leftNullable);
  node.right = pullUpInNode(node.right, query, appends, rightNullable);
  return node;
}

/** Whether a subquery only selects, joins and filters. */
export function isSimple(inner: Query): boolean {
  if (inner.command !== 'select' || inner.setOperation || inner.groupingSets || inner.having) return false;
  if (inner.groupBy.length > 0 || inner.windows.length > 0 || inner.sort.length > 0 || inner.distinct)
    return false;
  if (inner.limit || inner.offset || inner.rowMarks || inner.ctes.length > 0) return false;
  if (hasOwnAggregates(inner)) return false;
  return !inner.targets.some((target) => returnsSet(target.expression) || isVolatile(target.expression));
}

function mergeSubquery(
  query: Query,
  index: number,
  entry: SubqueryEntry,
  appends: AppendMembers,
  nullable: boolean,
): FromNode {
  const inner = entry.query;
  pullUpSublinks(inner);
  const innerAppends: AppendMembers = new Map();
  pullUpSubqueries(inner, innerAppends);
  if (inner.from.length === 0) {
    inner.rtable.push({ kind: 'result', alias: '', columns: [], columnTypes: [], lateral: false });
    inner.from = [{ kind: 'entry', entry: inner.rtable.length - 1 }];
  }
  const offset = adoptEntries(query, inner);
  for (const [parent, members] of innerAppends) {
    appends.set(
      parent + offset,
      members.map((member) => member + offset),
    );
  }
  query.rtable[index] = emptiedEntry(entry);
  const [only, ...others] = inner.from;
  const result: FromNode =
    only && others.length === 0 && !inner.where
      ? only
      : { kind: 'from', items: inner.from, where: inner.where };
  const outputs = inner.targets.map((target) => target.expression);
  // The merged tree is not part of the query yet, so that only the conditions outside of it are rewritten.
  substituteEntry(query, index, (column): Expression => {
    const output = outputs[column - 1];
    if (!output) return { kind: 'row', args: outputs, type: 'record' };
    if (!nullable || output.kind === 'variable') return output;
    return { kind: 'other', args: [output], type: output.type };
  });
  return result;
}

function isSimpleUnionAll(inner: Query): boolean {
  const { setOperation } = inner;
  if (!setOperation || inner.sort.length > 0 || inner.limit || inner.offset || inner.rowMarks) return false;
  if (inner.ctes.length > 0) return false;
  const onlyUnionAll = (node: typeof setOperation): boolean =>
    node.kind === 'leaf' ||
    (node.operator === 'union' && node.all && onlyUnionAll(node.left) && onlyUnionAll(node.right));
  if (!onlyUnionAll(setOperation)) return false;
  const leaves = leavesOf(setOperation).map((leaf) => inner.rtable[leaf]);
  const types = (leaf: (typeof leaves)[number]): string => (leaf?.columnTypes ?? []).join();
  return leaves.every((leaf) => types(leaf) === types(leaves[0]));
}

/** `UNION ALL` becomes an append: each leaf is a member, a bare `SELECT … FROM table` is merged further. */
function appendUnion(query: Query, index: number, entry: SubqueryEntry, appends: AppendMembers): void {
  const { setOperation } = entry.query;
  if (!setOperation) return;
  const offset = query.rtable.length;
  const inner = { ...copyQuery(entry.query), targets: [], setOperation: undefined };
  adoptEntries(query, inner);
  appends.set(
    index,
    leavesOf(setOperation).map((leaf) => leaf + offset),
  );
}
