import type { Query } from './query-tree.ts';
import { someExpressionDeep } from './walk.ts';

/** Whether a query computes aggregates at its own level. */
export function hasOwnAggregates(query: Query): boolean {
  const expressions = [...query.targets.map((target) => target.expression), query.having, ...query.sort];
  return expressions.some((expression) =>
    someExpressionDeep(expression, (node, level) => node.kind === 'aggregate' && node.level === level),
  );
}
