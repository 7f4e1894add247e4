import type { Expression, FromNode, Query, RangeEntry } from '../query-tree.ts';
import {
  allQueries,
  childQueries,
  mapExpression,
  mapQuery,
  ownExpressions,
  sublinkQueries,
} from '../walk.ts';

/** Whether an expression returns a set: such a select list multiplies rows. */
export function returnsSet(expression: Expression): boolean {
  return (expression.kind === 'call' && expression.returnsSet) || expression.args.some(returnsSet);
}

/**
 * Moves a query's FROM items to the end of the query around it. Afterwards the inner query's expressions and join
 * tree stand at the outer level; returns how far the FROM items' numbers moved.
 */
export function adoptEntries(outer: Query, inner: Query): number {
  const offset = outer.rtable.length;
  mapQuery(inner, (node, level) => {
    if (node.kind === 'variable') {
      if (node.level === level) return { ...node, entry: node.entry + offset };
      return node.level > level ? { ...node, level: node.level - 1 } : node;
    }
    return node.kind === 'aggregate' && node.level > level ? { ...node, level: node.level - 1 } : node;
  });
  shiftCteLevels(inner, 0);
  for (const child of nestedQueries(inner)) shiftNested(child, 1);
  inner.from = inner.from.map((node) => shiftFrom(node, offset));
  outer.rtable.push(...inner.rtable);
  return offset;
}

function nestedQueries(query: Query): Query[] {
  return [...childQueries(query), ...sublinkQueries(ownExpressions(query))];
}

function shiftNested(query: Query, depth: number): void {
  shiftCteLevels(query, depth);
  for (const child of nestedQueries(query)) shiftNested(child, depth + 1);
}

function shiftCteLevels(query: Query, depth: number): void {
  for (const entry of query.rtable) if (entry.kind === 'cte' && entry.levelsUp > depth) entry.levelsUp -= 1;
}

/** A join tree with its FROM items renumbered. */
function shiftFrom(node: FromNode, offset: number): FromNode {
  if (node.kind === 'entry') return { kind: 'entry', entry: node.entry + offset };
  if (node.kind === 'from') return { ...node, items: node.items.map((item) => shiftFrom(item, offset)) };
  return { ...node, left: shiftFrom(node.left, offset), right: shiftFrom(node.right, offset) };
}

/** Replaces the columns of one FROM item by expressions, wherever a query uses them. */
export function substituteEntry(
  query: Query,
  entry: number,
  replacement: (column: number) => Expression,
): void {
  mapQuery(query, (node, level) => {
    if (node.kind !== 'variable' || node.entry !== entry || node.level !== level) return node;
    return atLevel(replacement(node.column), level);
  });
}

/** An expression of one level as it reads `level` queries further in. */
function atLevel(expression: Expression, level: number): Expression {
  if (level === 0) return expression;
  return mapExpression(expression, (node, inside) =>
    node.kind === 'variable' && node.level >= inside ? { ...node, level: node.level + level } : node,
  );
}

/** What is left of a FROM item that was merged away. */
export function emptiedEntry(entry: RangeEntry): RangeEntry {
  return {
    kind: 'result',
    alias: entry.alias,
    columns: [],
    columnTypes: [],
    lateral: entry.lateral,
    mergedSubquery: true,
  };
}

/** Whether the query or one inside it modifies data or locks rows. */
export function hasModification(query: Query): boolean {
  return allQueries(query).some((inner) => inner.command !== 'select' || inner.rowMarks);
}
