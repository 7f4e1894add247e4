import type { Catalog, Column } from '@shardwright/catalog';
import { displayName, type QualifiedName } from '@shardwright/core';
import { type VerbatimObject, verbatimObjects } from './verbatim-object.ts';

/** Nondeterministic collations of a catalog, found once: collations stay verbatim in the model. */
const nondeterministicOfCatalog = new WeakMap<Catalog, readonly VerbatimObject[]>();

/** Whether a column compares with a collation under which different strings can be equal. */
export function hasNondeterministicCollation(catalog: Catalog, column: Column): boolean {
  const { collation } = column;
  if (collation === undefined) return false;
  let known = nondeterministicOfCatalog.get(catalog);
  if (known === undefined) {
    known = verbatimObjects(catalog).filter(
      ({ kind, sql }) => kind === 'collation' && /\bdeterministic\s*=\s*'?(false|off|no|f|0)\b/i.test(sql),
    );
    nondeterministicOfCatalog.set(catalog, known);
  }
  return known.some(
    ({ schema, name }) => name === collation.name && (schema === undefined || schema === collation.schema),
  );
}

/** The collation of a column as a comparable word; columns without one of their own use their type's. */
export function collationName(column: Column): string {
  return column.collation === undefined ? 'default' : displayName(collationKey(column.collation));
}

// `COLLATE "default"` says the same as no COLLATE at all.
function collationKey(collation: QualifiedName): QualifiedName {
  return collation.name === 'default' ? { schema: 'public', name: 'default' } : collation;
}
