import type { Node, RangeFunction, RangeVar } from '@shardwright/sql';
import type { CommonTable, Expression, RangeEntry } from '../query-tree.ts';
import { addEntry, findTable, namesIn, type ResolvedItem, relationEntry, renamed } from './entries.ts';
import { resolveJoin } from './joins.ts';
import { type NamespaceItem, ResolveProblem, type Scope } from './scope.ts';
import { typeNameOf } from './type-names.ts';

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
      columns: renamed(
        query.targets.map((target) => target.name),
        namesIn(alias?.colnames),
      ),
      columnTypes: query.targets.map((target) => target.expression.type),
      lateral: lateral ?? false,
    });
  }
  if ('RangeFunction' in node) return resolveFunction(node.RangeFunction, scope, visible);
  if ('JoinExpr' in node) return resolveJoin(node.JoinExpr, scope, visible, resolveFromItem);
  if ('RangeTableFunc' in node || 'JsonTable' in node) {
    const alias = 'RangeTableFunc' in node ? node.RangeTableFunc.alias : node.JsonTable.alias;
    const name = alias?.aliasname ?? 'xmltable';
    const resolved = addEntry(scope, {
      ...functionEntry(name, [{ kind: 'other', args: [] }]),
      lateral: false,
    });
    return { ...resolved, items: resolved.items.map((item) => ({ ...item, open: true })) };
  }
  throw new ResolveProblem(`FROM item ${Object.keys(node)[0] ?? ''} is not understood`);
}

function functionEntry(alias: string, functions: Expression[]): RangeEntry & { kind: 'function' } {
  const base = { alias, columns: [], columnTypes: [], lateral: false };
  return { ...base, kind: 'function', functions, ordinality: false, intermediateResult: false };
}

function resolveTable(range: RangeVar, scope: Scope): ResolvedItem {
  const name = range.relname ?? '';
  const alias = range.alias?.aliasname ?? name;
  const aliases = namesIn(range.alias?.colnames);
  if (range.schemaname === undefined) {
    const cte = findCte(name, scope);
    if (cte) {
      const outputs =
        cte.table.query.returning.length > 0 ? cte.table.query.returning : cte.table.query.targets;
      const columns = renamed(
        outputs.map((target) => target.name),
        cte.table.columns,
      );
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
    const isKnown = table.columns.length > 0;
    const given = isKnown
      ? table.columns.map((column) => column.name)
      : query.targets.map((target) => target.name);
    const columns = renamed(given, aliases);
    const columnTypes = isKnown
      ? table.columns.map((column) => column.type)
      : query.targets.map((target) => target.expression.type);
    return addEntry(
      scope,
      { kind: 'subquery', query, alias, columns, columnTypes, lateral: false },
      table.schema,
    );
  }
  const resolved = addEntry(scope, relationEntry(scope, table, range, alias, aliases), table?.schema);
  if (table && table.columns.length > 0) return resolved;
  return { ...resolved, items: resolved.items.map((item) => ({ ...item, open: true })) };
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
  const calls = (range.functions ?? []).flatMap((item) =>
    'List' in item ? (item.List.items ?? []).slice(0, 1) : [item],
  );
  const functions = calls
    .filter((call) => Object.keys(call).length > 0)
    .map((call) => scope.resolver.expression(call, inner));
  const [first] = functions;
  const name = range.alias?.aliasname ?? (first?.kind === 'call' ? first.name : 'function');
  const definitions = (range.coldeflist ?? []).flatMap((node) =>
    'ColumnDef' in node ? [node.ColumnDef] : [],
  );
  const columns =
    definitions.length > 0
      ? definitions.map((column) => column.colname ?? '')
      : namesIn(range.alias?.colnames);
  if (columns.length === 0) columns.push(name);
  const columnTypes =
    definitions.length > 0
      ? definitions.map((column) => typeNameOf(column.typeName))
      : columns.map(() => first?.type);
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
