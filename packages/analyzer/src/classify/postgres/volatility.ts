import type { Expression, Query } from '../query-tree.ts';
import { someExpressionDeep, someInQuery } from '../walk.ts';

const isVolatileNode = (node: Expression): boolean =>
  (node.kind === 'call' || node.kind === 'operator') && node.volatility === 'volatile';

const isMutableNode = (node: Expression): boolean =>
  ((node.kind === 'call' || node.kind === 'operator') && node.volatility !== 'immutable') ||
  (node.kind === 'cast' && node.stable);

/** Whether an expression calls a volatile function, subqueries included. */
export function isVolatile(expression: Expression | undefined): boolean {
  return someExpressionDeep(expression, isVolatileNode);
}

/** Whether an expression calls a function that is not immutable, subqueries included. */
export function isMutable(expression: Expression | undefined): boolean {
  return someExpressionDeep(expression, isMutableNode);
}

/** Whether a query calls a volatile function anywhere. */
export function hasVolatile(query: Query): boolean {
  return someInQuery(query, isVolatileNode);
}

/** Whether a query calls a function that is not immutable anywhere. */
export function hasMutable(query: Query): boolean {
  return someInQuery(query, isMutableNode);
}
