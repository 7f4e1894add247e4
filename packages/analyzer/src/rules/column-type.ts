import type { Catalog, DataType, TypeDefinition } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import { keyOf } from './object-key.ts';

/**
 * How a type stands to Citus' hashing. `none`: no default hash operator class, refused. `broken`: refused with an
 * internal error (PostgreSQL hashes it by another type's class). `crashes`: accepted, because arrays and composites
 * always have an operator class, but the first row kills the server process, for the element has none.
 */
export type HashSupport = 'yes' | 'none' | 'broken' | 'crashes' | 'unknown';

// pg_opclass of PostgreSQL 15 with method hash, by complement: these built-in types have none (run on Citus 13.2).
const unhashable = new Set(
  (
    'json xml point box circle line lseg path polygon tsvector tsquery gtsvector bit varbit money jsonpath ' +
    'txid_snapshot pg_snapshot refcursor'
  ).split(' '),
);
const brokenHash = new Set(['xid', 'cid', 'aclitem']);
/** Extension types by what their own hash classes say; run with citext, hstore, ltree and vector. */
const extensionTypes: Readonly<Record<string, HashSupport>> = {
  citext: 'yes',
  hstore: 'yes',
  ltree: 'none',
  vector: 'none',
};
const nodeLocalTypes = new Set(
  (
    'regclass regproc regprocedure regoper regoperator regtype regrole regnamespace regconfig regdictionary ' +
    'regcollation'
  ).split(' '),
);

/** A catalog's own types by key, built once per catalog: candidates are examined one column at a time. */
const typesOfCatalog = new WeakMap<Catalog, ReadonlyMap<string, TypeDefinition>>();

/** The database's own definition of a type, if it is one. */
export function typeDefinition(
  catalog: Catalog,
  type: Pick<DataType, 'schema' | 'name'>,
): TypeDefinition | undefined {
  if (type.schema === 'pg_catalog') return undefined;
  let types = typesOfCatalog.get(catalog);
  if (types === undefined) {
    types = new Map(catalog.types.map((definition) => [keyOf(definition), definition]));
    typesOfCatalog.set(catalog, types);
  }
  return types.get(keyOf(type));
}

/** Whether and how Citus can hash values of a type. */
export function hashSupport(catalog: Catalog, type: DataType): HashSupport {
  const element = elementSupport(catalog, type);
  if (type.arrayDimensions === 0) return element;
  return element === 'none' || element === 'broken' ? 'crashes' : element;
}

function elementSupport(catalog: Catalog, type: DataType): HashSupport {
  if (type.schema === 'pg_catalog') {
    if (unhashable.has(type.name)) return 'none';
    return brokenHash.has(type.name) ? 'broken' : 'yes';
  }
  const definition = typeDefinition(catalog, type);
  if (definition === undefined) return extensionTypes[type.name] ?? 'unknown';
  switch (definition.kind) {
    case 'enum':
    case 'range':
      return 'yes';
    case 'domain':
      return hashSupport(catalog, definition.base);
    case 'composite':
      return worst(definition.attributes.map((attribute) => hashSupport(catalog, attribute.type)));
    case 'base':
    case 'shell':
      return 'unknown';
  }
}

function worst(parts: readonly HashSupport[]): HashSupport {
  if (parts.some((part) => part === 'none' || part === 'broken' || part === 'crashes')) return 'crashes';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

/**
 * The part of a type whose hash depends on the node: an enum (hashed by the OID of the label's row) or a reg* type
 * (stored as the OID of an object, which each node numbers by itself). Undefined when there is none.
 */
export function nodeDependentPart(catalog: Catalog, type: DataType): DataType | undefined {
  if (type.schema === 'pg_catalog') return nodeLocalTypes.has(type.name) ? type : undefined;
  const definition = typeDefinition(catalog, type);
  if (definition === undefined) return undefined;
  if (definition.kind === 'enum') return type;
  if (definition.kind === 'domain') return nodeDependentPart(catalog, definition.base);
  if (definition.kind === 'range') return nodeDependentPart(catalog, definition.subtype);
  if (definition.kind !== 'composite') return undefined;
  for (const attribute of definition.attributes) {
    const part = nodeDependentPart(catalog, attribute.type);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** A type without its modifiers, as PostgreSQL's messages name it (`format_type` of the bare type). */
export function bareTypeName(type: DataType): string {
  const spelled = type.schema === 'pg_catalog' ? (longNames[type.name] ?? type.name) : displayName(type);
  return `${spelled}${'[]'.repeat(Math.min(type.arrayDimensions, 1))}`;
}

const longNames: Readonly<Record<string, string>> = {
  bit: 'bit',
  varbit: 'bit varying',
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bpchar: 'character',
  varchar: 'character varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};
