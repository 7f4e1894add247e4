import type { Node, SelectStmt } from '@shardwright/sql';
import type { NameContext, TableDefinition } from '../context.ts';
import type { CommonTable, Expression, Query, Variable } from '../query-tree.ts';
import { mapExpression } from '../walk.ts';

/** A name in a query that could not be told; ends with the class `unknown`. */
export class ResolveProblem extends Error {}

/** What resolving has in common over all levels of a query. */
export interface Resolver {
  readonly context: NameContext;
  nextRelationId(): number;
  select(statement: SelectStmt, scope: Scope | undefined): Query;
  statement(node: Node, scope: Scope | undefined): Query;
  expression(node: Node, scope: Scope): Expression;
  view(table: TableDefinition): Query;
  /** An expression from SQL text without names: a column's default. */
  text(sql: string): Expression;
}

/** The names visible at one level of a query. */
export interface Scope {
  readonly resolver: Resolver;
  readonly parent: Scope | undefined;
  readonly query: Query;
  items: NamespaceItem[];
  readonly ctes: Map<string, CommonTable>;
  readonly windowNames: Map<string, number>;
}

/** One FROM item as names see it. */
export interface NamespaceItem {
  readonly name: string | undefined;
  readonly schema?: string | undefined;
  columns: { readonly name: string; readonly expression: Expression }[];
  /** Found by `column` alone; columns that USING merged are found by `item.column` only. */
  readonly unqualified: boolean;
  readonly entry: number | undefined;
  /** The columns are not known: any name is taken to be one. */
  readonly open: boolean;
}

/** A level with nothing visible yet. */
export function openScope(resolver: Resolver, parent: Scope | undefined, query: Query): Scope {
  return { resolver, parent, query, items: [], ctes: new Map(), windowNames: new Map() };
}

/** A query with nothing in it. */
export function emptyQuery(command: Query['command']): Query {
  return {
    command,
    ctes: [],
    hasRecursive: false,
    rtable: [],
    from: [],
    where: undefined,
    targets: [],
    groupBy: [],
    groupingSets: false,
    having: undefined,
    windows: [],
    distinct: undefined,
    sort: [],
    limit: undefined,
    offset: undefined,
    setOperation: undefined,
    rowMarks: false,
    result: undefined,
    returning: [],
    onConflict: undefined,
    mergeActions: [],
  };
}

const systemColumns = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** The column that a reference names, counted from the level it stands on. */
export function lookupColumn(fields: readonly string[], scope: Scope): Expression {
  let level = 0;
  for (let at: Scope | undefined = scope; at; at = at.parent, level++) {
    const found = fields.length === 1 ? lookupBare(fields, at) : lookupQualified(fields, at);
    if (found) return level === 0 ? found : shiftLevels(found, level);
  }
  throw new ResolveProblem(`column ${fields.join('.')} does not exist`);
}

function lookupBare([name]: readonly string[], scope: Scope): Expression | undefined {
  if (name === undefined) return undefined;
  for (const item of scope.items) {
    if (!item.unqualified) continue;
    const column = item.columns.find((candidate) => candidate.name === name);
    if (column) return column.expression;
  }
  for (const item of scope.items) {
    if (item.name === name && item.entry !== undefined) return wholeRow(item.entry);
  }
  if (systemColumns.has(name)) return systemColumn(name, scope.items[0]);
  const open = scope.items.find((item) => item.open);
  return open ? addColumn(open, name, scope) : undefined;
}

function lookupQualified(fields: readonly string[], scope: Scope): Expression | undefined {
  const column = fields[fields.length - 1];
  const table = fields[fields.length - 2];
  const schema = fields[fields.length - 3];
  if (column === undefined || table === undefined) return undefined;
  const item = scope.items.find(
    (candidate) => candidate.name === table && (schema === undefined || candidate.schema === schema),
  );
  if (!item) return undefined;
  const found = item.columns.find((candidate) => candidate.name === column);
  if (found) return found.expression;
  if (systemColumns.has(column)) return systemColumn(column, item);
  return item.open ? addColumn(item, column, scope) : undefined;
}

function addColumn(item: NamespaceItem, name: string, scope: Scope): Expression | undefined {
  const entry = item.entry === undefined ? undefined : scope.query.rtable[item.entry];
  if (!entry || item.entry === undefined) return undefined;
  entry.columns.push(name);
  entry.columnTypes.push(undefined);
  const expression: Variable = {
    kind: 'variable',
    entry: item.entry,
    column: entry.columns.length,
    level: 0,
    args: [],
  };
  item.columns.push({ name, expression });
  return expression;
}

function systemColumn(name: string, item: NamespaceItem | undefined): Expression | undefined {
  if (item?.entry === undefined) return undefined;
  const type = name === 'ctid' ? 'tid' : 'oid';
  return { kind: 'variable', entry: item.entry, column: -1, level: 0, args: [], type };
}

/** A FROM item's row as one value. */
export function wholeRow(entry: number): Variable {
  return { kind: 'variable', entry, column: 0, level: 0, args: [], type: 'record' };
}

/** The same expression seen from `by` levels further in. */
function shiftLevels(expression: Expression, by: number): Expression {
  return mapExpression(expression, (node, level) =>
    node.kind === 'variable' && node.level >= level ? { ...node, level: node.level + by } : node,
  );
}
