import { nameKey } from '@shardwright/core';
import type { Node, RangeVar } from '@shardwright/sql';
import type { NameContext, TableDefinition } from '../context.ts';
import type { Expression, FromNode, RangeEntry, Variable } from '../query-tree.ts';
import type { NamespaceItem, Scope } from './scope.ts';

/** A FROM item resolved: its place in the join tree and the names it brings. */
export interface ResolvedItem {
  readonly node: FromNode;
  readonly items: NamespaceItem[];
}

/** The texts of name nodes. */
export function namesIn(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** Columns under the aliases that are given for the first of them. */
export function renamed(columns: readonly string[], aliases: readonly string[]): string[] {
  return columns.map((column, index) => aliases[index] ?? column);
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
    const expression: Variable = {
      kind: 'variable',
      entry: index,
      column: position + 1,
      level: 0,
      args: [],
      type,
    };
    return { name, expression };
  });
  return { name: entry.alias, schema, columns, unqualified: true, entry: index, open: false };
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
    columns: renamed(
      (table?.columns ?? []).map((column) => column.name),
      aliases,
    ),
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

/** The columns of items as `*` lists them. */
export function bareColumns(items: readonly NamespaceItem[]): { name: string; expression: Expression }[] {
  return items.flatMap((item) => (item.unqualified ? item.columns : []));
}
