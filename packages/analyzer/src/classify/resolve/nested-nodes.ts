import type { Node } from '@shardwright/sql';

/** Child expressions of a syntax-tree node that has no case of its own (XML, JSON constructors, …). */
export function nestedNodes(value: unknown, found: Node[] = []): Node[] {
  if (Array.isArray(value)) for (const item of value) collectNode(item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) collectNode(item, found);
  }
  return found;
}

const expressionNodes = new Set(
  (
    'ColumnRef A_Const ParamRef A_Expr BoolExpr FuncCall SubLink TypeCast CollateClause NullTest BooleanTest ' +
    'CoalesceExpr MinMaxExpr CaseExpr RowExpr A_ArrayExpr A_Indirection SQLValueFunction GroupingFunc'
  ).split(' '),
);

function collectNode(value: unknown, found: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  const [key] = Object.keys(value);
  if (key !== undefined && expressionNodes.has(key) && isNode(value)) found.push(value);
  else nestedNodes(value, found);
}

function isNode(value: object): value is Node {
  return Object.keys(value).length === 1;
}
