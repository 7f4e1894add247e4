import { type QualifiedName, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { VerbatimStatement } from '../model/catalog.ts';
import type { Comment, Extension, Publication, Schema } from '../model/objects.ts';
import type { CreationOrder } from './creation-order.ts';
import { liveDefinition, type RunFile } from './reader.ts';

/** Reads all schemas but the system's. */
export async function readSchemas(run: RunFile): Promise<readonly Schema[]> {
  const rows = await run<{ name: string; owner: string }>('schemas');
  return rows.map(({ name, owner }) => ({
    name,
    owner,
    definition: liveDefinition(`CREATE SCHEMA ${quoteIdentifier(name)}`),
  }));
}

/** Reads all extensions that were created after initdb. */
export async function readExtensions(run: RunFile): Promise<readonly Extension[]> {
  const rows = await run<{ name: string; schema: string; version: string }>('extensions');
  return rows.map(({ name, schema, version }) => ({
    name,
    schema,
    version,
    definition: liveDefinition(
      `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)} WITH SCHEMA ${quoteIdentifier(schema)}`,
    ),
  }));
}

interface PublicationRow {
  readonly name: string;
  readonly allTables: boolean;
  readonly publish: string;
  readonly viaRoot: boolean;
  readonly tables: readonly QualifiedName[] | null;
}

interface PublicationDetailRow {
  readonly publication: string;
  readonly schemas: readonly string[];
  readonly narrowed:
    | readonly (QualifiedName & {
        readonly columns: readonly string[] | null;
        readonly filter: string | null;
      })[]
    | null;
}

const everyChange = 'insert, update, delete, truncate';

/** Reads all publications; schemas, column lists and row filters came with PostgreSQL 15. */
export async function readPublications(
  run: RunFile,
  serverVersionNumber: number,
  tables: readonly QualifiedName[],
): Promise<readonly Publication[]> {
  const rows = await run<PublicationRow>('publications');
  const details =
    serverVersionNumber >= 150_000 ? await run<PublicationDetailRow>('publication-details') : [];
  return rows.map((row) => {
    const detail = details.find(({ publication }) => publication === row.name);
    // A published schema stands for the tables it holds now.
    const inSchemas = tables.filter(({ schema }) => detail?.schemas.includes(schema));
    return {
      name: row.name,
      allTables: row.allTables,
      tables: [...(row.tables ?? []), ...inSchemas.map(({ schema, name }) => ({ schema, name }))],
      definition: liveDefinition(publicationStatement(row, detail)),
    };
  });
}

function publicationStatement(row: PublicationRow, detail: PublicationDetailRow | undefined): string {
  const tables = (row.tables ?? []).map((table) => {
    const narrowed = detail?.narrowed?.find(
      ({ schema, name }) => schema === table.schema && name === table.name,
    );
    return [
      `TABLE ${quoteQualifiedName(table)}`,
      narrowed?.columns ? ` (${narrowed.columns.map(quoteIdentifier).join(', ')})` : '',
      narrowed?.filter ? ` WHERE (${narrowed.filter})` : '',
    ].join('');
  });
  const schemas = (detail?.schemas ?? []).map((schema) => `TABLES IN SCHEMA ${quoteIdentifier(schema)}`);
  const objects = [...tables, ...schemas].join(', ');
  const parameters = [
    ...(row.publish === everyChange ? [] : [`publish = ${quoteLiteral(row.publish)}`]),
    ...(row.viaRoot ? ['publish_via_partition_root = true'] : []),
  ].join(', ');
  return [
    `CREATE PUBLICATION ${quoteIdentifier(row.name)}`,
    row.allTables ? ' FOR ALL TABLES' : objects === '' ? '' : ` FOR ${objects}`,
    parameters === '' ? '' : ` WITH (${parameters})`,
  ].join('');
}

/** Reads all comments on objects that people made. */
export async function readComments(run: RunFile): Promise<readonly Comment[]> {
  const rows = await run<{ objectKind: string; object: string; text: string }>('comments');
  return rows.map(({ objectKind, object, text }) => ({
    objectKind,
    object,
    text,
    definition: liveDefinition(`COMMENT ON ${objectKind.toUpperCase()} ${object} IS ${quoteLiteral(text)}`),
  }));
}

interface OtherObjectRow {
  readonly catalog: string;
  readonly oid: number;
  readonly node: string;
  readonly schema: string | null;
  readonly name: string | null;
  readonly sql: string;
}

/** Reads objects outside the model (casts, operators, text search, foreign servers, …) as statements. */
export async function readOtherObjects(
  run: RunFile,
  order: CreationOrder,
): Promise<readonly VerbatimStatement[]> {
  const rows = await run<OtherObjectRow>('other-objects');
  return rows.map(({ catalog, oid, node, schema, name, sql }) => ({
    // What alters an object comes right after it.
    definition: liveDefinition(sql, order(catalog, oid) + (node.startsWith('Alter') ? 1 : 0)),
    node,
    kind: 'object',
    ...(schema === null || name === null ? {} : { subject: { schema, name } }),
  }));
}
