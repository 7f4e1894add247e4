import type { Expression, Query, Variable } from './query-tree.ts';
import { someExpressionDeep, someInQuery } from './walk.ts';

/** Whether a query refers to anything outside of itself. */
export function refersOutside(query: Query): boolean {
  return someInQuery(query, (expression, level) => outerLevel(expression) > level);
}

/** Whether an expression at a query's own level refers to a query further out. */
export function expressionRefersOutside(expression: Expression): boolean {
  return someExpressionDeep(expression, (node, level) => outerLevel(node) > level);
}

/** Whether a query refers to the given FROM items of the query directly around it. */
export function refersToEntries(query: Query, entries: ReadonlySet<number>): boolean {
  return someInQuery(
    query,
    (expression, level) =>
      expression.kind === 'variable' && expression.level === level + 1 && entries.has(expression.entry),
  );
}

/** Whether a query refers to the query directly around it. */
export function refersToParent(query: Query): boolean {
  return someInQuery(query, (expression, level) => outerLevel(expression) === level + 1);
}

/** The variables of this query level in an expression, those inside subqueries included. */
export function variablesOf(expression: Expression | undefined): Variable[] {
  const found: Variable[] = [];
  someExpressionDeep(expression, (node, level) => {
    if (node.kind === 'variable' && node.level === level) {
      found.push(level === 0 ? node : { ...node, level: 0 });
    }
    return false;
  });
  return found;
}

/** The FROM items of this query level that an expression uses. */
export function entriesUsed(expression: Expression | undefined): Set<number> {
  return new Set(variablesOf(expression).map((variable) => variable.entry));
}

function outerLevel(expression: Expression): number {
  return expression.kind === 'variable' || expression.kind === 'aggregate' ? expression.level : -1;
}
