import {
  type CreateTableAsStmt,
  type IntoClause,
  type Node,
  pick,
  sqlText,
  strings,
  type ViewStmt,
  walk,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, printName, rangeName, type WrittenName } from './database.ts';
import { storageParameters } from './definition-elements.ts';
import type { TargetDraft, ViewDraft } from './draft.ts';
import { duplicateObject, refused, unknownObject } from './problem.ts';
import { queryColumns } from './query-columns.ts';
import { persistence, tableFromColumns } from './table.ts';

/** CREATE VIEW and CREATE OR REPLACE VIEW. */
export function createView(database: Database, statement: ViewStmt, definition: Definition): void {
  const name = rangeName(statement.view);
  const schema = database.creationSchema(name.schema, definition);
  const existing = schema.relations.get(name.name);
  const draft = viewDraft(database, statement.query, definition);
  const aliases = strings(statement.aliases);
  const columns = draft.columns.map((column, index) => ({ ...column, name: aliases[index] ?? column.name }));
  const view: ViewDraft = { ...draft, columns, schema, name: name.name, kind: 'view' };
  if (existing) {
    if (!statement.replace) duplicateObject(`relation "${name.name}" already exists`);
    if (existing.relation !== 'view') refused(`"${name.name}" is not a view`);
    for (const source of existing.dependsOn) source.dependentViews.delete(existing);
    const { query, dependsOn, columnsMentioned } = view;
    Object.assign(existing, { query, dependsOn, columnsMentioned, columns, definition });
    for (const source of dependsOn) source.dependentViews.add(existing);
    return;
  }
  database.addRelation(view);
  for (const source of view.dependsOn) source.dependentViews.add(view);
}

/** CREATE MATERIALIZED VIEW and CREATE TABLE AS. */
export function createTableAs(
  database: Database,
  statement: CreateTableAsStmt,
  definition: Definition,
): void {
  const { into, query } = statement;
  if (!into) return;
  const name = rangeName(into.rel);
  const schema = database.creationSchema(name.schema, definition);
  if (schema.relations.has(name.name)) {
    if (statement.if_not_exists) return;
    duplicateObject(`relation "${name.name}" already exists`);
  }
  if (statement.objtype !== 'OBJECT_MATVIEW') {
    createTableFromQuery(database, into, query, definition);
    return;
  }
  const draft = viewDraft(database, query, definition);
  const names = strings(into.colNames);
  const columns = draft.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
  const view: ViewDraft = { ...draft, columns, schema, name: name.name, kind: 'materialized' };
  database.addRelation(view);
  for (const source of view.dependsOn) source.dependentViews.add(view);
}

/** CREATE TABLE AS and SELECT … INTO: a table with the query's columns. */
export function createTableFromQuery(
  database: Database,
  into: IntoClause,
  query: Node | undefined,
  definition: Definition,
): void {
  const name = rangeName(into.rel);
  const schema = database.creationSchema(name.schema, definition);
  const names = strings(into.colNames);
  const columns = queryColumns(database, query, definition).map((column, index) => ({
    ...column,
    name: names[index] ?? column.name,
  }));
  const table = tableFromColumns(database, { schema, name: name.name }, columns, definition);
  table.persistence = persistence(into.rel?.relpersistence);
  table.options = storageParameters(into.options);
  if (into.accessMethod !== undefined) table.accessMethod = into.accessMethod;
}

function viewDraft(database: Database, query: Node | undefined, definition: Definition) {
  const dependsOn = relationsIn(database, query);
  return {
    relation: 'view' as const,
    definition,
    query: query ? sqlText(query, definition.sql) : '',
    columns: queryColumns(database, query, definition),
    dependsOn,
    columnsMentioned: columnsMentioned(query),
    indexes: new Set<never>(),
    dependentViews: new Set<never>(),
    triggers: new Map<string, never>(),
    rules: new Map<string, never>(),
  };
}

function columnsMentioned(query: Node | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  walk(query, (kind, inside) => {
    if (kind !== 'ColumnRef') return true;
    const fields = inside.fields as readonly Node[];
    names.add(pick(fields.at(-1), 'A_Star') ? '*' : (strings(fields).at(-1) ?? ''));
    return false;
  });
  return names;
}

/** The tables and views a query reads, each once; a name nothing bears is the server's complaint. */
function relationsIn(database: Database, query: Node | undefined): TargetDraft[] {
  const ctes = new Set<string>();
  const names: WrittenName[] = [];
  walk(query, (kind, inside) => {
    if (kind === 'CommonTableExpr' && typeof inside.ctename === 'string') ctes.add(inside.ctename);
    if (kind === 'RangeVar') names.push(rangeName(inside as Parameters<typeof rangeName>[0]));
    return true;
  });
  const found = new Set<TargetDraft>();
  for (const name of names) {
    if (name.schema === undefined && ctes.has(name.name)) continue;
    const relation = database.findRelation(name);
    if (relation?.relation === 'table' || relation?.relation === 'view') found.add(relation);
    else if (!relation && !isSystemRelation(name) && !mayBeOfExtension(database)) {
      unknownObject(`relation "${printName(name)}" does not exist`);
    }
  }
  return [...found];
}

function isSystemRelation(name: WrittenName): boolean {
  return name.schema === 'pg_catalog' || name.schema === 'information_schema' || name.name.startsWith('pg_');
}

function mayBeOfExtension(database: Database): boolean {
  return database.hasOpaqueExtension || database.extensions.has('postgis');
}
