import type { Expression, Query, SetOperation } from '../query-tree.ts';
import { variablesOf } from '../references.ts';
import { leavesOf, mapExpression, someExpressionDeep } from '../walk.ts';
import { returnsSet } from './merge-queries.ts';
import { isVolatile } from './volatility.ts';

/** Moves conditions on a subquery's output into it, where PostgreSQL's planner would; the query is changed in place. */
export function pushDownQuals(entry: number, conditions: readonly Expression[], inner: Query): void {
  if (!acceptsConditions(inner)) return;
  for (const condition of conditions) {
    if (someExpressionDeep(condition, (node) => node.kind === 'sublink') || isVolatile(condition)) continue;
    const columns = variablesOf(condition).map((variable) => variable.column);
    if (columns.every((column) => column > 0 && isSafeColumn(inner, column))) push(entry, condition, inner);
  }
}

function acceptsConditions(inner: Query): boolean {
  if (inner.command !== 'select' || inner.limit || inner.offset || inner.groupingSets) return false;
  return !inner.setOperation || !hasExcept(inner.setOperation);
}

function hasExcept(operation: SetOperation): boolean {
  if (operation.kind === 'leaf') return false;
  return operation.operator === 'except' || hasExcept(operation.left) || hasExcept(operation.right);
}

function isSafeColumn(inner: Query, column: number): boolean {
  if (inner.setOperation) {
    return leavesOf(inner.setOperation).every((leaf) => {
      const entry = inner.rtable[leaf];
      return (
        entry?.kind === 'subquery' && acceptsConditions(entry.query) && isSafeColumn(entry.query, column)
      );
    });
  }
  const output = inner.targets[column - 1]?.expression;
  if (!output || returnsSet(output) || isVolatile(output)) return false;
  if (inner.distinct && !inner.distinct.includes(output)) return false;
  return inner.windows.every((window) =>
    window.partition.some((part) => part === output || sameColumn(part, output)),
  );
}

function sameColumn(left: Expression, right: Expression): boolean {
  return (
    left.kind === 'variable' &&
    right.kind === 'variable' &&
    left.entry === right.entry &&
    left.column === right.column &&
    left.level === right.level
  );
}

function push(entry: number, condition: Expression, inner: Query): void {
  if (inner.setOperation) {
    for (const leaf of leavesOf(inner.setOperation)) {
      const member = inner.rtable[leaf];
      if (member?.kind !== 'subquery') continue;
      // The members stand one level further in than the set operation.
      const deeper = mapExpression(condition, (node) =>
        node.kind === 'variable' && node.level > 0 ? { ...node, level: node.level + 1 } : node,
      );
      push(entry, deeper, member.query);
    }
    return;
  }
  const outputs = inner.targets.map((target) => target.expression);
  const moved = mapExpression(condition, (node) => {
    if (node.kind !== 'variable') return node;
    if (node.level > 0) return { ...node, level: node.level + 1 };
    return node.entry === entry ? (outputs[node.column - 1] ?? node) : node;
  });
  const hasAggregate = someExpressionDeep(moved, (node) => node.kind === 'aggregate');
  if (hasAggregate) inner.having = both(inner.having, moved);
  else inner.where = both(inner.where, moved);
}

function both(left: Expression | undefined, right: Expression): Expression {
  return left ? { kind: 'and', args: [left, right], type: 'bool' } : right;
}

/** The same condition over one member of an append. */
export function conditionForMember(condition: Expression, parent: number, member: number): Expression {
  return mapExpression(condition, (node, level) =>
    node.kind === 'variable' && node.level === level && node.entry === parent
      ? { ...node, entry: member }
      : node,
  );
}
