import type { FromNode, JoinNode, Query, RangeEntry } from '../query-tree.ts';
import { conjuncts } from '../walk.ts';
import { isDistributionColumnOf } from './distribution-columns.ts';
import { placementOf } from './planning.ts';
import { planSubquery, type RecursivePlanning } from './subplans.ts';
import { planTable } from './table-conversion.ts';
import { entriesHaveTable, isDistributed } from './table-kinds.ts';

/** Reads the sharded side of outer joins by subplans where the other side is the same on every shard. */
export function planRecurringOuterJoins(query: Query, planning: RecursivePlanning): void {
  for (const node of query.from) walk(node, query, planning, false);
}

/** Whether an item of the join tree is the same on every shard, after what was read by subplans. */
function walk(node: FromNode, query: Query, planning: RecursivePlanning, isChained: boolean): boolean {
  if (node.kind === 'entry') return isRecurring(query, node.entry, planning);
  if (node.kind === 'from') {
    for (const item of node.items) walk(item, query, planning, false);
    return false;
  }
  let left = walk(node.left, query, planning, true);
  let right = walk(node.right, query, planning, true);
  const mustPlan = (): boolean => planning.isModification || isChained || !canPushDown(node, query, planning);
  switch (node.type) {
    case 'left':
      if (left && !right) {
        if (mustPlan()) planNode(node.right, query, planning);
        else left = false;
      }
      return left;
    case 'right':
      if (right && !left) {
        if (mustPlan()) planNode(node.left, query, planning);
        else right = false;
      }
      return right;
    case 'full':
      if (left && !right) planNode(node.right, query, planning);
      else if (right && !left) planNode(node.left, query, planning);
      return left || right;
    default:
      return left && right;
  }
}

function isRecurring(query: Query, index: number, planning: RecursivePlanning): boolean {
  const entry = query.rtable[index];
  return !entry || !entriesHaveTable(planning.planner, [entry], isDistributed);
}

function planNode(node: FromNode, query: Query, planning: RecursivePlanning): void {
  if (node.kind === 'join') {
    planNode(node.left, query, planning);
    planNode(node.right, query, planning);
    return;
  }
  if (node.kind === 'from') {
    for (const item of node.items) planNode(item, query, planning);
    return;
  }
  if (isRecurring(query, node.entry, planning)) return;
  const entry = query.rtable[node.entry];
  if (entry?.kind === 'relation') planTable(query, node.entry, planning);
  else if (entry?.kind === 'subquery') planSubquery(entry.query, planning);
}

/** `reference LEFT JOIN sharded ON … = key`: each shard can drop the reference rows that belong to others. */
function canPushDown(join: JoinNode, query: Query, planning: RecursivePlanning): boolean {
  const { planner } = planning;
  if (!planner.layout.settings.recurringOuterJoinPushdown) return false;
  if (join.left.kind !== 'entry' || join.right.kind !== 'entry') return false;
  const outerIndex = join.type === 'left' ? join.left.entry : join.right.entry;
  const outer = query.rtable[outerIndex];
  if (outer?.kind !== 'relation' || placementOf(planner, outer.table).kind !== 'reference') return false;
  if ([join.left.entry, join.right.entry].some((index) => hasLateral(query.rtable[index]))) return false;
  return conjuncts(join.on).some((part) => {
    if (part.kind !== 'operator' || part.name !== '=') return false;
    const [left, right] = part.args;
    if (left?.kind !== 'variable' || right?.kind !== 'variable') return false;
    const inner = left.entry === outerIndex ? right : right.entry === outerIndex ? left : undefined;
    return inner !== undefined && isHashKey(query, inner.entry, inner.column, planning);
  });
}

function hasLateral(entry: RangeEntry | undefined): boolean {
  if (!entry) return false;
  if (entry.lateral) return true;
  return entry.kind === 'subquery' && entry.query.rtable.some(hasLateral);
}

function isHashKey(query: Query, index: number, column: number, planning: RecursivePlanning): boolean {
  const entry = query.rtable[index];
  if (entry?.kind === 'relation') {
    const { planner } = planning;
    return (
      placementOf(planner, entry.table).kind === 'hash' && isDistributionColumnOf(planner, entry, column)
    );
  }
  if (entry?.kind !== 'subquery') return false;
  const target = entry.query.targets[column - 1]?.expression;
  return (
    target?.kind === 'variable' &&
    target.level === 0 &&
    isHashKey(entry.query, target.entry, target.column, planning)
  );
}
