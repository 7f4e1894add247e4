import type { Catalog, Column, Routine, Table } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import type { ColumnDefinition, FunctionDefinition, NameContext, TableDefinition } from './context.ts';

const cached = new WeakMap<Catalog, NameContext>();

/** A catalog's tables, views and functions as the resolver needs them; made once per catalog. */
export function namesOf(catalog: Catalog): NameContext {
  const known = cached.get(catalog);
  if (known) return known;
  const domains = new Map(
    catalog.types.flatMap((type) =>
      type.kind === 'domain' ? [[nameKey(type), type.base.name] as const] : [],
    ),
  );
  const tables = new Map<string, TableDefinition>();
  for (const table of catalog.tables) {
    const key = nameKey(table);
    const columns = table.columns.map((column) => columnDefinition(column, domains));
    tables.set(key, {
      key,
      schema: table.schema,
      name: table.name,
      kind: 'table',
      columns,
      uniqueKeys: uniqueKeys(table),
    });
  }
  for (const view of catalog.views) {
    const key = nameKey(view);
    const kind = view.kind === 'view' ? 'view' : 'materialized-view';
    const base = { key, schema: view.schema, name: view.name, kind, columns: [], uniqueKeys: [] } as const;
    tables.set(key, { ...base, definition: view.query });
  }
  const functions = new Map<string, FunctionDefinition[]>();
  for (const routine of catalog.routines) {
    const key = nameKey(routine);
    functions.set(key, [...(functions.get(key) ?? []), functionDefinition(routine)]);
  }
  const searchPath = [...new Set([catalog.origin.defaultSchema, 'public'])];
  const names = { searchPath, tables, functions };
  cached.set(catalog, names);
  return names;
}

function columnDefinition(column: Column, domains: ReadonlyMap<string, string>): ColumnDefinition {
  const base = domains.get(nameKey(column.type)) ?? column.type.name;
  const type = column.type.arrayDimensions > 0 ? `${base}[]` : base;
  const definition = { name: column.name, type, notNull: column.notNull };
  if (column.default !== undefined) return { ...definition, default: column.default };
  return column.identity ? { ...definition, default: "nextval('')" } : definition;
}

function uniqueKeys(table: Table): string[][] {
  const keys = table.constraints.flatMap((constraint) =>
    constraint.kind === 'primary-key' || constraint.kind === 'unique' ? [[...constraint.columns]] : [],
  );
  for (const index of table.indexes) {
    if (!index.unique || index.predicate !== undefined || index.constraint !== undefined) continue;
    const columns = index.keys.flatMap((key) => (key.column === undefined ? [] : [key.column]));
    if (columns.length === index.keys.length) keys.push(columns);
  }
  return keys;
}

function functionDefinition(routine: Routine): FunctionDefinition {
  return {
    kind: routine.kind,
    volatility: routine.volatility,
    returnsSet: /^(setof|table)\b/i.test(routine.returns ?? ''),
    strict: /\b(strict|returns\s+null\s+on\s+null\s+input)\b/i.test(routine.definition.sql),
  };
}
