import { quoteIdentifier } from '@shardwright/core';
import { type Node, pick, sqlText, strings, type TypeName } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { DataType } from '../model/table.ts';
import { formatBuiltInType, isBuiltInType, readableModifiers } from './built-in-types.ts';
import type { Database } from './database.ts';
import { writtenName } from './database.ts';
import type { TypedDraft } from './draft.ts';

const serialTypes: Readonly<Record<string, 'int2' | 'int4' | 'int8'>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

/** The integer behind `serial` and its kin, when the type is one of them. */
export function serialType(type: TypeName | undefined): 'int2' | 'int4' | 'int8' | undefined {
  const names = strings(type?.names);
  if (names.length !== 1 || (type?.arrayBounds?.length ?? 0) > 0) return undefined;
  return serialTypes[names[0] ?? ''];
}

/** A built-in type without modifiers. */
export function builtIn(name: string, arrayDimensions = 0): DataType {
  const sql = formatBuiltInType(name, []) + (arrayDimensions > 0 ? '[]' : '');
  return { schema: 'pg_catalog', name, modifiers: [], arrayDimensions, sql };
}

/** A type that could not be told from the text: a column of CREATE TABLE AS that a function computes. */
export const undeterminedType: DataType = {
  schema: 'pg_catalog',
  name: 'unknown',
  modifiers: [],
  arrayDimensions: 0,
  sql: 'unknown',
};

/** A type as a statement names it, found along the search path; unknown ones are told once and kept as written. */
export function resolveType(
  database: Database,
  type: TypeName | undefined,
  definition: Definition,
): TypedDraft {
  const written = writtenName(strings(type?.names));
  const modifiers = (type?.typmods ?? []).map(modifierText);
  const arrayDimensions = type?.arrayBounds?.length ?? 0;
  if (type?.pct_type) return percentType(database, strings(type.names));
  if (written.schema === 'pg_catalog' || (written.schema === undefined && isBuiltInType(written.name))) {
    return { type: builtInType(written.name, modifiers, arrayDimensions) };
  }
  // Array types have names of their own: `_int4` is `integer[]`.
  if (written.name.startsWith('_') && database.findType(written) === undefined) {
    const element = { schema: written.schema, name: written.name.slice(1) };
    if (element.schema === undefined && isBuiltInType(element.name)) {
      return { type: builtInType(element.name, modifiers, arrayDimensions + 1) };
    }
    const draft = database.findType(element);
    if (draft)
      return { type: userType(draft.schema.name, draft.name, modifiers, arrayDimensions + 1), draft };
  }
  const draft = database.findType(written);
  if (draft) return { type: userType(draft.schema.name, draft.name, modifiers, arrayDimensions), draft };
  const row = database.findRelation(written);
  if (row && row.relation !== 'index' && row.relation !== 'sequence') {
    return { type: userType(row.schema.name, row.name, modifiers, arrayDimensions) };
  }
  const schema = written.schema ?? database.currentSchemaName;
  if (schema !== 'information_schema') tellUnknown(database, schema, written.name, definition);
  return { type: userType(schema, written.name, modifiers, arrayDimensions) };
}

function builtInType(name: string, written: readonly string[], arrayDimensions: number): DataType {
  const modifiers = readableModifiers(name, written);
  const sql = formatBuiltInType(name, modifiers) + (arrayDimensions > 0 ? '[]' : '');
  return { schema: 'pg_catalog', name, modifiers, arrayDimensions, sql };
}

/** A user-defined type in use; `sql` is qualified, as format_type prints it under an empty search path. */
function userType(
  schema: string,
  name: string,
  modifiers: readonly string[],
  arrayDimensions: number,
): DataType {
  const arguments_ = modifiers.length > 0 ? `(${modifiers.join(',')})` : '';
  const array = arrayDimensions > 0 ? '[]' : '';
  const sql = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}${arguments_}${array}`;
  return { schema, name, modifiers, arrayDimensions, sql };
}

function modifierText(node: Node): string {
  const constant = pick(node, 'A_Const');
  if (constant?.ival) return String(constant.ival.ival ?? 0);
  if (constant?.sval) return constant.sval.sval ?? '';
  const column = pick(node, 'ColumnRef');
  if (column) return shapeName(strings(column.fields).join('.'));
  return sqlText(node, '');
}

const shapes = (
  'Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon GeometryCollection CircularString ' +
  'CompoundCurve CurvePolygon MultiCurve MultiSurface PolyhedralSurface Triangle Tin'
).split(' ');

// PostGIS prints its shapes in capitals that the parser folds away: `geometry(MultiPolygonZ,4326)`.
function shapeName(folded: string): string {
  const [, word = '', suffix = ''] = /^(.*?)(zm?|m)?$/.exec(folded) ?? [];
  const shape = shapes.find((candidate) => candidate.toLowerCase() === word);
  return shape === undefined ? folded : shape + suffix.toUpperCase();
}

function percentType(database: Database, parts: readonly string[]): TypedDraft {
  const target = database.target(writtenName(parts.slice(0, -1)));
  const column = target.columns.find((candidate) => candidate.name === parts.at(-1));
  return column ? { type: column.type, draft: column.typeDraft } : { type: undeterminedType };
}

function tellUnknown(database: Database, schema: string, name: string, definition: Definition): void {
  const key = `${schema}.${name}`;
  if (database.hasOpaqueExtension || database.unknownTypesTold.has(key)) return;
  database.unknownTypesTold.add(key);
  const message = `type "${key}" does not exist; the columns that use it are kept`;
  database.problems.push({ definition, kind: 'unknown-object', message });
}
