import type { Node, SelectStmt, WithClause } from '@shardwright/sql';
import type { CommonTable, Expression, Query, SetOperation, Target } from '../query-tree.ts';
import { addEntry, bareColumns, namespaceItem } from './entries.ts';
import { resolveFromList } from './from.ts';
import { emptyQuery, openScope, ResolveProblem, type Resolver, type Scope, wholeRow } from './scope.ts';

/** A SELECT, VALUES or set operation with its names resolved. */
export function resolveSelect(statement: SelectStmt, resolver: Resolver, parent: Scope | undefined): Query {
  const query = emptyQuery('select');
  const scope = openScope(resolver, parent, query);
  if (statement.withClause) resolveWith(statement.withClause, scope);
  if (statement.op !== undefined && statement.op !== 'SETOP_NONE') resolveSetOperation(statement, scope);
  else if (statement.valuesLists) resolveValues(statement.valuesLists, scope);
  else resolveSimple(statement, scope);
  query.sort = (statement.sortClause ?? []).map((node) => resolveByOutput(sortNode(node), scope));
  if (statement.distinctClause) {
    const expressions = statement.distinctClause.filter((node) => Object.keys(node).length > 0);
    query.distinct =
      expressions.length > 0
        ? expressions.map((node) => resolveByOutput(node, scope))
        : query.targets.map((target) => target.expression);
  }
  query.limit = limitOf(statement.limitCount, scope);
  query.offset = statement.limitOffset && resolver.expression(statement.limitOffset, scope);
  query.rowMarks = (statement.lockingClause?.length ?? 0) > 0;
  return query;
}

/** `LIMIT ALL` and `LIMIT NULL` are no limit. */
function limitOf(node: Node | undefined, scope: Scope): Expression | undefined {
  const limit = node && scope.resolver.expression(node, scope);
  return limit?.kind === 'constant' && limit.value === null ? undefined : limit;
}

const sortNode = (node: Node): Node => ('SortBy' in node && node.SortBy.node ? node.SortBy.node : node);

/** Adds the WITH items to the scope, in order; RECURSIVE ones see themselves. */
export function resolveWith(clause: WithClause, scope: Scope): void {
  for (const node of clause.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const cte = node.CommonTableExpr;
    if (!cte.ctequery) throw new ResolveProblem('WITH item without a query');
    const columns = (cte.aliascolnames ?? []).flatMap((name) =>
      'String' in name ? [name.String.sval ?? ''] : [],
    );
    const table: CommonTable = {
      name: cte.ctename ?? '',
      columns,
      query: emptyQuery('select'),
      materialized:
        cte.ctematerialized === 'CTEMaterializeAlways'
          ? 'always'
          : cte.ctematerialized === 'CTEMaterializeNever'
            ? 'never'
            : 'default',
      recursive: false,
      searchClause: cte.search_clause !== undefined,
    };
    const inner: Scope = { ...scope, items: [] };
    if (clause.recursive && refersToName(cte.ctequery, table.name)) {
      table.recursive = true;
      scope.query.hasRecursive = true;
      table.query = firstBranch(cte.ctequery, inner);
      scope.ctes.set(table.name, table);
    }
    table.query = scope.resolver.statement(cte.ctequery, inner);
    scope.ctes.set(table.name, table);
    scope.query.ctes.push(table);
  }
  if (clause.recursive) scope.query.hasRecursive = true;
}

/** The non-recursive part tells the columns of a recursive query. */
function firstBranch(node: Node, scope: Scope): Query {
  if (!('SelectStmt' in node)) return scope.resolver.statement(node, scope);
  let statement: SelectStmt = node.SelectStmt;
  while (statement.larg) statement = statement.larg;
  return scope.resolver.select(statement, scope);
}

function refersToName(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('relname' in value && value.relname === name && !('schemaname' in value)) return true;
  return Object.values(value).some((child) => refersToName(child, name));
}

function resolveSetOperation(statement: SelectStmt, scope: Scope): void {
  const { query } = scope;
  const operation = setOperationTree(statement, scope, true);
  query.setOperation = operation;
  let leftmost = operation;
  while (leftmost.kind === 'operation') leftmost = leftmost.left;
  const index = leftmost.entry;
  const entry = query.rtable[index];
  if (!entry) return;
  query.targets = entry.columns.map((name, position) => ({
    name,
    expression: {
      kind: 'variable',
      entry: index,
      column: position + 1,
      level: 0,
      args: [],
      type: entry.columnTypes[position],
    },
  }));
}

function setOperationTree(statement: SelectStmt, scope: Scope, isTop: boolean): SetOperation {
  const isOperation = statement.op !== undefined && statement.op !== 'SETOP_NONE';
  const hasOwnClauses =
    statement.sortClause ||
    statement.limitCount ||
    statement.limitOffset ||
    statement.withClause ||
    statement.lockingClause;
  if (!isOperation || (!isTop && hasOwnClauses)) {
    const inner = scope.resolver.select(statement, { ...scope, items: [] });
    const { node } = addEntry(scope, {
      kind: 'subquery',
      query: inner,
      alias: `*SELECT* ${scope.query.rtable.length + 1}`,
      columns: inner.targets.map((target) => target.name),
      columnTypes: inner.targets.map((target) => target.expression.type),
      lateral: false,
    });
    return { kind: 'leaf', entry: node.kind === 'entry' ? node.entry : 0 };
  }
  if (!statement.larg || !statement.rarg) throw new ResolveProblem('set operation without two sides');
  const operators = { SETOP_UNION: 'union', SETOP_INTERSECT: 'intersect', SETOP_EXCEPT: 'except' } as const;
  const left = setOperationTree(statement.larg, scope, false);
  const right = setOperationTree(statement.rarg, scope, false);
  const operator = operators[statement.op === 'SETOP_NONE' || !statement.op ? 'SETOP_UNION' : statement.op];
  return { kind: 'operation', operator, all: statement.all ?? false, left, right };
}

function resolveValues(lists: readonly Node[], scope: Scope): void {
  const rows = lists.map((list) =>
    'List' in list ? (list.List.items ?? []).map((item) => scope.resolver.expression(item, scope)) : [],
  );
  const [first] = rows;
  const columns = (first ?? []).map((_, index) => `column${index + 1}`);
  const columnTypes = (first ?? []).map((cell) => (cell.type === 'unknown' ? 'text' : cell.type));
  const entry = { kind: 'values', rows, alias: '*VALUES*', columns, columnTypes, lateral: false } as const;
  const added = addEntry(scope, { ...entry, rows: rows.map((row) => [...row]) });
  scope.query.from.push(added.node);
  scope.items = added.items;
  scope.query.targets = bareColumns(added.items).map((column) => ({ ...column }));
}

function resolveSimple(statement: SelectStmt, scope: Scope): void {
  const { query, resolver } = scope;
  resolveFromList(statement.fromClause ?? [], scope);
  for (const node of statement.windowClause ?? []) {
    if (!('WindowDef' in node)) continue;
    const { name, partitionClause, orderClause } = node.WindowDef;
    query.windows.push({
      partition: (partitionClause ?? []).map((child) => resolver.expression(child, scope)),
      order: (orderClause ?? []).map((child) => resolver.expression(sortNode(child), scope)),
    });
    if (name !== undefined) scope.windowNames.set(name, query.windows.length - 1);
  }
  query.targets = (statement.targetList ?? []).flatMap((node) => resolveTarget(node, scope));
  query.where = statement.whereClause && resolver.expression(statement.whereClause, scope);
  query.groupBy = (statement.groupClause ?? []).flatMap((node) => resolveGroup(node, scope));
  query.having = statement.havingClause && resolver.expression(statement.havingClause, scope);
}

/** One item of a select list: `*` gives several. */
export function resolveTarget(node: Node, scope: Scope): Target[] {
  if (!('ResTarget' in node) || !node.ResTarget.val) return [];
  const { name, val } = node.ResTarget;
  if ('ColumnRef' in val) {
    const fields = val.ColumnRef.fields ?? [];
    const last = fields[fields.length - 1];
    if (last && 'A_Star' in last) return expandStar(fields, scope);
  }
  return [{ name: name ?? outputName(val), expression: scope.resolver.expression(val, scope) }];
}

function expandStar(fields: readonly Node[], scope: Scope): Target[] {
  const qualifier = fields[fields.length - 2];
  if (!qualifier || !('String' in qualifier))
    return bareColumns(scope.items).map((column) => ({ ...column }));
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const item = at.items.find((candidate) => candidate.name === qualifier.String.sval);
    if (!item) continue;
    if (at === scope) return item.columns.map((column) => ({ ...column }));
    return item.entry === undefined ? [] : [{ name: '*', expression: wholeRow(item.entry) }];
  }
  throw new ResolveProblem(`relation ${qualifier.String.sval ?? ''} is not in FROM`);
}

/** The name that PostgreSQL gives an unnamed output column. */
function outputName(node: Node): string {
  if ('ColumnRef' in node) {
    const fields = node.ColumnRef.fields ?? [];
    const last = fields[fields.length - 1];
    return last && 'String' in last ? (last.String.sval ?? '') : '?column?';
  }
  if ('FuncCall' in node) {
    const parts = node.FuncCall.funcname ?? [];
    const last = parts[parts.length - 1];
    return last && 'String' in last ? (last.String.sval ?? '') : '?column?';
  }
  if ('TypeCast' in node && node.TypeCast.arg) {
    const inner = outputName(node.TypeCast.arg);
    if (inner !== '?column?') return inner;
    const types = node.TypeCast.typeName?.names ?? [];
    const last = types[types.length - 1];
    return last && 'String' in last ? (last.String.sval ?? '') : inner;
  }
  if ('A_Indirection' in node) {
    const steps = node.A_Indirection.indirection ?? [];
    const last = steps[steps.length - 1];
    return last && 'String' in last ? (last.String.sval ?? '') : '?column?';
  }
  if ('CoalesceExpr' in node) return 'coalesce';
  if ('CaseExpr' in node) return 'case';
  if ('A_ArrayExpr' in node) return 'array';
  if ('RowExpr' in node) return 'row';
  if ('MinMaxExpr' in node) return node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest';
  if ('SubLink' in node && node.SubLink.subLinkType === 'EXPR_SUBLINK')
    return sublinkName(node.SubLink.subselect);
  if ('SubLink' in node && node.SubLink.subLinkType === 'EXISTS_SUBLINK') return 'exists';
  if ('SubLink' in node && node.SubLink.subLinkType === 'ARRAY_SUBLINK') return 'array';
  return '?column?';
}

function sublinkName(node: Node | undefined): string {
  if (!node || !('SelectStmt' in node)) return '?column?';
  const [target] = node.SelectStmt.targetList ?? [];
  if (!target || !('ResTarget' in target)) return '?column?';
  return target.ResTarget.name ?? (target.ResTarget.val ? outputName(target.ResTarget.val) : '?column?');
}

function resolveGroup(node: Node, scope: Scope): Expression[] {
  if ('GroupingSet' in node) {
    scope.query.groupingSets = true;
    return (node.GroupingSet.content ?? []).flatMap((child) => resolveGroup(child, scope));
  }
  const ordinal = byOrdinal(node, scope);
  if (ordinal) return [ordinal];
  if ('RowExpr' in node && scope.query.groupingSets) {
    return (node.RowExpr.args ?? []).flatMap((child) => resolveGroup(child, scope));
  }
  const name = bareName(node);
  if (name !== undefined && !bareColumns(scope.items).some((column) => column.name === name)) {
    const target = scope.query.targets.find((candidate) => candidate.name === name);
    if (target) return [target.expression];
  }
  return [scope.resolver.expression(node, scope)];
}

/** ORDER BY and DISTINCT ON: output names before columns, then positions. */
function resolveByOutput(node: Node, scope: Scope): Expression {
  const ordinal = byOrdinal(node, scope);
  if (ordinal) return ordinal;
  const name = bareName(node);
  const target =
    name === undefined ? undefined : scope.query.targets.find((candidate) => candidate.name === name);
  if (target) return target.expression;
  const items = scope.query.setOperation
    ? scope.query.rtable.slice(0, 1).map((entry) => namespaceItem(0, entry))
    : scope.items;
  return scope.resolver.expression(node, { ...scope, items });
}

function byOrdinal(node: Node, scope: Scope): Expression | undefined {
  if (!('A_Const' in node) || !node.A_Const.ival) return undefined;
  return scope.query.targets[(node.A_Const.ival.ival ?? 0) - 1]?.expression;
}

function bareName(node: Node): string | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const [field, ...rest] = node.ColumnRef.fields ?? [];
  return field && rest.length === 0 && 'String' in field ? field.String.sval : undefined;
}
