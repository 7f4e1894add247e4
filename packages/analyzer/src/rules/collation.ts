import type { Catalog, Column } from '@shardwright/catalog';
import { displayName, nameKey, type QualifiedName } from '@shardwright/core';

/** Nondeterministic collations of a catalog, found once: collations stay verbatim in the model. */
const nondeterministicOfCatalog = new WeakMap<Catalog, ReadonlySet<string>>();

/** Whether a column compares with a collation under which different strings can be equal. */
export function hasNondeterministicCollation(catalog: Catalog, column: Column): boolean {
  if (column.collation === undefined) return false;
  let names = nondeterministicOfCatalog.get(catalog);
  if (names === undefined) {
    names = new Set(
      catalog.verbatim.flatMap(({ definition, subject }) => {
        const isOne =
          /^\s*create\s+collation\b/i.test(definition.sql) &&
          /\bdeterministic\s*=\s*'?(false|off|no|f|0)\b/i.test(definition.sql);
        return isOne && subject !== undefined ? [nameKey(subject)] : [];
      }),
    );
    nondeterministicOfCatalog.set(catalog, names);
  }
  return names.has(nameKey(column.collation));
}

/** The collation of a column as a comparable word; columns without one of their own use their type's. */
export function collationName(column: Column): string {
  return column.collation === undefined ? 'default' : displayName(collationKey(column.collation));
}

// `COLLATE "default"` says the same as no COLLATE at all.
function collationKey(collation: QualifiedName): QualifiedName {
  return collation.name === 'default' ? { schema: 'public', name: 'default' } : collation;
}
