import type { Column, DataType } from '@shardwright/catalog';
import type { DesignTable } from '../design/design-table.ts';
import { nameWords } from './names.ts';

const identifierTypes = new Set([
  'int2',
  'int4',
  'int8',
  'uuid',
  'text',
  'varchar',
  'bpchar',
  'numeric',
  'citext',
]);
const identifierEnding = /(^|_)(id|key|uuid|guid|oid|no|num|number|code|sk|fk|ref)$|[a-z](id|key|uuid|guid)$/;
/** Names that refer to a thing wherever they stand; codes and numbers are attributes more often than not. */
const referenceEnding = /(^|_)(id|key|uuid|guid|sk|fk)$|[a-z](id|key|uuid|guid)$/;

/** Type, collation included, as co-location compares it: equal keys hash alike and Citus accepts the pair. */
export function typeKey(column: Column): string {
  const collation =
    column.collation === undefined ? '' : ` ${column.collation.schema}.${column.collation.name}`;
  return `${column.type.schema}.${column.type.name}${'[]'.repeat(column.type.arrayDimensions)}${collation}`;
}

/** A coarse family: values of two types in one family can be the same thing, though Citus may not co-locate them. */
export function typeFamily(type: DataType): string {
  if (type.arrayDimensions > 0) return `${type.name}[]`;
  if (['int2', 'int4', 'int8', 'numeric'].includes(type.name)) return 'number';
  if (['text', 'varchar', 'bpchar', 'citext'].includes(type.name)) return 'text';
  return type.name;
}

/**
 * Equal for columns that can share a co-location group: Citus asks for the same type, but integers of different
 * widths, and varchar and text, become the same by a change of type that loses nothing.
 */
export function colocationType(column: Column): string {
  const { name, schema, arrayDimensions } = column.type;
  if (schema !== 'pg_catalog' || arrayDimensions > 0) return typeKey(column);
  const widest = ['int2', 'int4', 'int8'].includes(name) ? 'int8' : name === 'varchar' ? 'text' : name;
  return typeKey({ ...column, type: { ...column.type, name: widest } });
}

/** The type that holds the values of both: the wider integer, text rather than varchar. */
export function widerType(left: DataType, right: DataType): DataType {
  const width = ['int2', 'int4', 'int8', 'varchar', 'text'];
  return width.indexOf(right.name) > width.indexOf(left.name) ? right : left;
}

/** Whether a column looks like it names a thing: `user_id`, `orderkey`, `siteUuid`. */
export function looksLikeIdentifier(column: Column): boolean {
  if (column.type.arrayDimensions > 0 || !identifierTypes.has(column.type.name)) return false;
  return identifierEnding.test(nameWords(column.name).join('_'));
}

/** Whether the column makes up its own values (serial, identity, a UUID default): it names its own row and no other. */
export function isSelfGenerated(column: Column): boolean {
  return (
    column.identity !== undefined ||
    column.sequence !== undefined ||
    /uuid_generate|gen_random_uuid|uuidv7|nextval\(|newid\(/i.test(column.default ?? '')
  );
}

/** Whether a column's name alone says that it refers to a thing: `movie_id`, but not `phonetic_code`. */
export function looksLikeReference(column: Column): boolean {
  if (isSelfGenerated(column)) return false;
  return looksLikeIdentifier(column) && referenceEnding.test(nameWords(column.name).join('_'));
}

/**
 * The column sets by which other tables can point at this one: its primary key and single unique columns; without
 * either, a column that by name is the table's own identifier (`users.user_id`, `companies.id`).
 */
export function ownKeys(table: DesignTable): (readonly string[])[] {
  const keys: (readonly string[])[] = [];
  if (table.primaryKey.length > 0) keys.push(table.primaryKey);
  for (const unique of table.uniques) {
    const [column] = unique;
    if (unique.length !== 1 || column === undefined || keys.some((key) => key.join() === column)) continue;
    const definition = table.columns.get(column);
    if (definition !== undefined && looksLikeIdentifier(definition)) keys.push(unique);
  }
  // A tenant-first key such as (company_id, id) still identifies by `id` in the eyes of those who point at it.
  const own = ownIdentifier(table);
  if (own !== undefined && !keys.some((key) => key.length === 1 && key[0] === own)) keys.push([own]);
  return keys;
}

/** The column that by name identifies the table's own rows. */
export function ownIdentifier(table: DesignTable): string | undefined {
  const row = table.rowName;
  const lastWord = row.slice(row.lastIndexOf('_') + 1);
  let found: string | undefined;
  for (const column of table.columns.values()) {
    if (!looksLikeIdentifier(column)) continue;
    const name = nameWords(column.name).join('_');
    if (name === 'id' || name === 'uuid') return column.name;
    if (name === `${row}_id` || name === `${lastWord}_id` || name === `${row}id`) found ??= column.name;
  }
  return found;
}
