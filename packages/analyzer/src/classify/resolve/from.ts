import { nameKey } from '@shardwright/core';
import type { JoinExpr, Node, RangeFunction, RangeVar } from '@shardwright/sql';
import type { NameContext, TableDefinition } from '../context.ts';
import type { CommonTable, Expression, FromNode, JoinType, RangeEntry, Variable } from '../query-tree.ts';
import { type NamespaceItem, ResolveProblem, type Scope } from './scope.ts';
import { typeNameOf } from './type-names.ts';

/** A FROM item resolved: its place in the join tree and the names it brings. */
interface ResolvedItem {
  readonly node: FromNode;
  readonly items: NamespaceItem[];
}

/** Resolves a FROM list into the scope's query; later items see earlier ones only where they are LATERAL. */
export function resolveFromList(nodes: readonly Node[], scope: Scope): void {
  for (const node of nodes) {
    const resolved = resolveFromItem(node, scope, scope.items);
    scope.query.from.push(resolved.node);
    scope.items = [...scope.items, ...resolved.items];
  }
}

/** Resolves one FROM item; `visible` is what a LATERAL item may see. */
export function resolveFromItem(node: Node, scope: Scope, visible: NamespaceItem[]): ResolvedItem {
  if ('RangeVar' in node) return resolveTable(node.RangeVar, scope);
  if ('RangeTableSample' in node && node.RangeTableSample.relation) {
    return resolveFromItem(node.RangeTableSample.relation, scope, visible);
  }
  if ('RangeSubselect' in node) {
    const { alias, lateral, subquery } = node.RangeSubselect;
    if (!subquery) throw new ResolveProblem('subquery without a query');
    const outer = { ...scope, items: lateral ? visible : [] };
    const query = scope.resolver.statement(subquery, outer);
    return addEntry(scope, {
      kind: 'subquery',
      query,
      alias: alias?.aliasname ?? '',
      columns: renamed(query.targets.map((target) => target.name), names(alias?.colnames)),
      columnTypes: query.targets.map((target) => target.expression.type),
      lateral: lateral ?? false,
    });
  }
  if ('RangeFunction' in node) return resolveFunction(node.RangeFunction, scope, visible);
  if ('JoinExpr' in node) return resolveJoin(node.JoinExpr, scope, visible);
  if ('RangeTableFunc' in node || 'JsonTable' in node) {
    const alias = 'RangeTableFunc' in node ? node.RangeTableFunc.alias : node.JsonTable.alias;
    const name = alias?.aliasname ?? 'xmltable';
    const resolved = addEntry(scope, { ...functionEntry(name, [{ kind: 'other', args: [] }]), lateral: false });
    return { ...resolved, items: resolved.items.map((item) => ({ ...item, open: true })) };
  }
  throw new ResolveProblem(`FROM item ${Object.keys(node)[0] ?? ''} is not understood`);
}

const names = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));

const renamed = (columns: readonly string[], aliases: readonly string[]): string[] =>
  columns.map((column, index) => aliases[index] ?? column);

function functionEntry(alias: string, functions: Expression[]): RangeEntry & { kind: 'function' } {
  const base = { alias, columns: [], columnTypes: [], lateral: false };
  return { ...base, kind: 'function', functions, ordinality: false, intermediateResult: false };
}

/** Adds a FROM item to the query and gives its names. */
export function addEntry(scope: Scope, entry: RangeEntry, schema?: string): ResolvedItem {
  scope.query.rtable.push(entry);
  const index = scope.query.rtable.length - 1;
  return { node: { kind: 'entry', entry: index }, items: [namespaceItem(index, entry, schema)] };
}

/** The names of a FROM item. */
export function namespaceItem(index: number, entry: RangeEntry, schema?: string): NamespaceItem {
  const columns = entry.columns.map((name, position) => {
    const type = entry.columnTypes[position];
    const expression: Variable = { kind: 'variable', entry: index, column: position + 1, level: 0, args: [], type };
    return { name, expression };
  });
  return { name: entry.alias, schema, columns, unqualified: true, entry: index, open: false };
}

function resolveTable(range: RangeVar, scope: Scope): ResolvedItem {
  const name = range.relname ?? '';
  const alias = range.alias?.aliasname ?? name;
  const aliases = names(range.alias?.colnames);
  if (range.schemaname === undefined) {
    const cte = findCte(name, scope);
    if (cte) {
      const outputs = cte.table.query.returning.length > 0 ? cte.table.query.returning : cte.table.query.targets;
      const columns = renamed(outputs.map((target) => target.name), cte.table.columns);
      return addEntry(scope, {
        kind: 'cte',
        name,
        levelsUp: cte.levelsUp,
        alias,
        columns: renamed(columns, aliases),
        columnTypes: outputs.map((target) => target.expression.type),
        lateral: false,
      });
    }
  }
  const table = findTable(scope.resolver.context, range.schemaname, name);
  const definition = table?.definition;
  if (table?.kind === 'view' && definition !== undefined) {
    const query = scope.resolver.view(table);
    const columns = renamed(table.columns.map((column) => column.name), aliases);
    const columnTypes = table.columns.map((column) => column.type);
    return addEntry(scope, { kind: 'subquery', query, alias, columns, columnTypes, lateral: false }, table.schema);
  }
  const resolved = addEntry(scope, relationEntry(scope, table, range, alias, aliases), table?.schema);
  if (table) return resolved;
  return { ...resolved, items: resolved.items.map((item) => ({ ...item, open: true })) };
}

/** The entry of a table; one that the catalog does not know is taken to be a local table with any columns. */
export function relationEntry(
  scope: Scope,
  table: TableDefinition | undefined,
  range: RangeVar,
  alias: string,
  aliases: readonly string[] = [],
): RangeEntry & { kind: 'relation' } {
  const key = table?.key ?? nameKey({ schema: range.schemaname ?? '', name: range.relname ?? '' });
  return {
    kind: 'relation',
    table: key,
    id: scope.resolver.nextRelationId(),
    alias,
    columns: renamed((table?.columns ?? []).map((column) => column.name), aliases),
    columnTypes: (table?.columns ?? []).map((column) => column.type),
    lateral: false,
  };
}

/** The table that a name means, by the search path where the name is bare. */
export function findTable(
  context: NameContext,
  schema: string | undefined,
  name: string,
): TableDefinition | undefined {
  const schemas = schema === undefined ? [...context.searchPath, 'pg_catalog'] : [schema];
  for (const candidate of schemas) {
    const found = context.tables.get(nameKey({ schema: candidate, name }));
    if (found) return found;
  }
  return undefined;
}

function findCte(name: string, scope: Scope): { table: CommonTable; levelsUp: number } | undefined {
  let levelsUp = 0;
  for (let at: Scope | undefined = scope; at; at = at.parent, levelsUp++) {
    const table = at.ctes.get(name);
    if (table) return { table, levelsUp };
  }
  return undefined;
}

function resolveFunction(range: RangeFunction, scope: Scope, visible: NamespaceItem[]): ResolvedItem {
  const inner = { ...scope, items: visible };
  const calls = (range.functions ?? []).flatMap((item) => ('List' in item ? (item.List.items ?? []).slice(0, 1) : [item]));
  const functions = calls.filter((call) => Object.keys(call).length > 0).map((call) => scope.resolver.expression(call, inner));
  const [first] = functions;
  const name = range.alias?.aliasname ?? (first?.kind === 'call' ? first.name : 'function');
  const definitions = (range.coldeflist ?? []).flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef] : []));
  const columns =
    definitions.length > 0 ? definitions.map((column) => column.colname ?? '') : names(range.alias?.colnames);
  if (columns.length === 0) columns.push(name);
  const columnTypes =
    definitions.length > 0 ? definitions.map((column) => typeNameOf(column.typeName)) : columns.map(() => first?.type);
  const usesSiblings = functions.some((expression) => refersToOwnLevel(expression));
  const resolved = addEntry(scope, {
    kind: 'function',
    functions,
    ordinality: range.ordinality ?? false,
    intermediateResult: false,
    alias: name,
    columns,
    columnTypes,
    lateral: (range.lateral ?? false) || usesSiblings,
  });
  return { ...resolved, items: resolved.items.map((item) => ({ ...item, open: definitions.length === 0 })) };
}

function refersToOwnLevel(expression: Expression): boolean {
  if (expression.kind === 'variable' && expression.level === 0) return true;
  return expression.args.some(refersToOwnLevel);
}

const joinTypes: Readonly<Record<string, JoinType>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

function resolveJoin(join: JoinExpr, scope: Scope, visible: NamespaceItem[]): ResolvedItem {
  if (!join.larg || !join.rarg) throw new ResolveProblem('join without two sides');
  const left = resolveFromItem(join.larg, scope, visible);
  const right = resolveFromItem(join.rarg, scope, [...visible, ...left.items]);
  const type = joinTypes[join.jointype ?? 'JOIN_INNER'] ?? 'inner';
  const node: FromNode = { kind: 'join', type, left: left.node, right: right.node, on: undefined, mergedColumns: false };
  let items = [...left.items, ...right.items];
  const leftColumns = bareColumns(left.items);
  const rightColumns = bareColumns(right.items);
  const using = join.isNatural
    ? leftColumns.map((column) => column.name).filter((name) => rightColumns.some((column) => column.name === name))
    : names(join.usingClause);
  if (using.length > 0) {
    const merged = using.map((name) => {
      const leftColumn = leftColumns.find((column) => column.name === name)?.expression;
      const rightColumn = rightColumns.find((column) => column.name === name)?.expression;
      if (!leftColumn || !rightColumn) throw new ResolveProblem(`column ${name} in USING does not exist`);
      return { name, leftColumn, rightColumn };
    });
    node.on = equalities(merged);
    node.mergedColumns =
      join.alias === undefined &&
      (type === 'full' || merged.some((pair) => pair.leftColumn.type !== pair.rightColumn.type));
    const rest = [...leftColumns, ...rightColumns].filter((column) => !using.includes(column.name));
    const mergedItem: NamespaceItem = {
      name: undefined,
      columns: [...merged.map((pair) => ({ name: pair.name, expression: mergedColumn(type, pair) })), ...rest],
      unqualified: true,
      entry: undefined,
      open: false,
    };
    items = [mergedItem, ...items.map((item) => ({ ...item, unqualified: false }))];
  } else if (join.quals) {
    node.on = scope.resolver.expression(join.quals, { ...scope, items: [...visible, ...items] });
  }
  if (join.alias) {
    const columns = bareColumns(items);
    const aliases = names(join.alias.colnames);
    const aliased = columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
    items = [{ name: join.alias.aliasname, columns: aliased, unqualified: true, entry: undefined, open: false }];
  }
  return { node, items };
}

/** The columns of items as `*` lists them. */
export function bareColumns(items: readonly NamespaceItem[]): { name: string; expression: Expression }[] {
  return items.flatMap((item) => (item.unqualified ? item.columns : []));
}

interface MergedPair {
  readonly name: string;
  readonly leftColumn: Expression;
  readonly rightColumn: Expression;
}

function equalities(pairs: readonly MergedPair[]): Expression | undefined {
  const parts = pairs.map(
    (pair): Expression => ({
      kind: 'operator',
      name: '=',
      args: [pair.leftColumn, pair.rightColumn],
      type: 'bool',
      volatility: 'immutable',
    }),
  );
  const [first] = parts;
  return parts.length > 1 ? { kind: 'and', args: parts, type: 'bool' } : first;
}

function mergedColumn(type: JoinType, pair: MergedPair): Expression {
  if (type === 'full') {
    return { kind: 'coalesce', args: [pair.leftColumn, pair.rightColumn], type: pair.leftColumn.type };
  }
  return type === 'right' ? pair.rightColumn : pair.leftColumn;
}
