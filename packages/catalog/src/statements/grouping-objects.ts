import {
  type AlterPublicationStmt,
  type CreateExtensionStmt,
  type CreatePublicationStmt,
  type CreateSchemaStmt,
  type Node,
  pick,
  pickAll,
  type RoleSpec,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Extension } from '../model/objects.ts';
import { extensionsWithoutTypes, extensionTypes } from './built-in-types.ts';
import { type Database, rangeName } from './database.ts';
import { elementText } from './definition-elements.ts';
import type { SchemaDraft, TableDraft } from './draft.ts';
import { duplicateObject, unknownObject } from './problem.ts';
import { roleName } from './role.ts';

/** CREATE SCHEMA, without its elements. */
export function createSchema(
  database: Database,
  statement: CreateSchemaStmt,
  definition: Definition,
): SchemaDraft {
  const owner = statement.authrole && schemaOwner(database, statement.authrole);
  const name = statement.schemaname ?? owner ?? '';
  const existing = database.schemas.get(name);
  // Line 0: there without a statement (public, or taken for granted), so this is its definition.
  if (existing && existing.definition.line > 0 && !statement.if_not_exists) {
    duplicateObject(`schema "${name}" already exists`);
  }
  const schema = existing ?? database.addSchema(name, definition);
  if (schema.definition.line === 0) schema.definition = definition;
  if (owner !== undefined) schema.owner = owner;
  return schema;
}

// `AUTHORIZATION current_user` names the schema after whoever that is.
function schemaOwner(database: Database, role: RoleSpec): string {
  return role.rolename ?? database.session.user ?? roleName(role);
}

/** CREATE EXTENSION: the types it is known to bring become usable. */
export function createExtension(
  database: Database,
  statement: CreateExtensionStmt,
  definition: Definition,
): void {
  const name = statement.extname ?? '';
  if (database.extensions.has(name)) {
    if (statement.if_not_exists) return;
    duplicateObject(`extension "${name}" already exists`);
  }
  const options = new Map(
    pickAll(statement.options, 'DefElem').map((option) => [option.defname, elementText(option.arg)]),
  );
  const schemaName = options.get('schema');
  const version = options.get('new_version');
  const extension: Extension = {
    name,
    ...(schemaName === undefined ? {} : { schema: schemaName }),
    ...(version === undefined ? {} : { version }),
    definition,
  };
  database.extensions.set(name, extension);
  const types = extensionTypes[name];
  if (!types) {
    if (!extensionsWithoutTypes.has(name)) database.hasOpaqueExtension = true;
    return;
  }
  const path = [...database.visibleSchemas()];
  const schema = schemaName === undefined ? path[0] : database.creationSchema(schemaName, definition);
  const home = schema ?? database.creationSchema('public', definition);
  for (const type of types) {
    if (!home.types.has(type)) {
      home.types.set(type, { schema: home, name: type, kind: 'base', definition, extension: name });
    }
  }
}

/** CREATE PUBLICATION. */
export function createPublication(
  database: Database,
  statement: CreatePublicationStmt,
  definition: Definition,
): void {
  const name = statement.pubname ?? '';
  if (database.publications.has(name)) duplicateObject(`publication "${name}" already exists`);
  database.publications.set(name, {
    name,
    allTables: statement.for_all_tables ?? false,
    ...publishedObjects(database, statement.pubobjects),
    definition,
  });
}

/** ALTER PUBLICATION … ADD, DROP and SET. */
export function alterPublication(database: Database, statement: AlterPublicationStmt): boolean {
  const publication = database.publications.get(statement.pubname ?? '');
  if (!publication) return unknownObject(`publication "${statement.pubname}" does not exist`);
  if (!statement.pubobjects) return false;
  const { tables, schemas } = publishedObjects(database, statement.pubobjects);
  if (statement.action === 'AP_DropObjects') {
    publication.tables = publication.tables.filter((table) => !tables.includes(table));
    publication.schemas = publication.schemas.filter((schema) => !schemas.includes(schema));
  } else if (statement.action === 'AP_SetObjects') Object.assign(publication, { tables, schemas });
  else {
    publication.tables.push(...tables);
    publication.schemas.push(...schemas);
  }
  return true;
}

function publishedObjects(
  database: Database,
  nodes: readonly Node[] | undefined,
): { tables: TableDraft[]; schemas: SchemaDraft[] } {
  const tables: TableDraft[] = [];
  const schemas: SchemaDraft[] = [];
  let kind: string | undefined;
  for (const node of nodes ?? []) {
    const object = pick(node, 'PublicationObjSpec');
    // `TABLES IN SCHEMA a, b`: what follows is of the kind before.
    if (object?.pubobjtype !== 'PUBLICATIONOBJ_CONTINUATION') kind = object?.pubobjtype;
    if (object?.pubtable) tables.push(database.table(rangeName(object.pubtable.relation)));
    else if (kind === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA')
      schemas.push(...[...database.visibleSchemas()].slice(0, 1));
    else if (object?.name !== undefined) schemas.push(database.schema(object.name));
  }
  return { tables, schemas };
}
