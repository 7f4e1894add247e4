import type { Catalog } from '@shardwright/catalog';
import { type QualifiedName, UsageError } from '@shardwright/core';

/** The catalog without the tables, and what hangs on them, of all other schemas; types stay, columns need them. */
export function restrictToSchemas(catalog: Catalog, schemas: readonly string[]): Catalog {
  if (schemas.length === 0) return catalog;
  const wanted = new Set(schemas);
  const known = new Set([
    ...catalog.schemas.map(({ name }) => name),
    ...catalog.tables.map(({ schema }) => schema),
  ]);
  const unknown = schemas.find((schema) => !known.has(schema));
  if (unknown !== undefined) {
    throw new UsageError(`--schema: there is no schema "${unknown}" in ${catalog.origin.label}`, {
      hint: `it has ${[...known].sort().join(', ') || 'none'}.`,
    });
  }
  const inside = ({ schema }: QualifiedName): boolean => wanted.has(schema);
  const onTable = ({ table }: { readonly table: QualifiedName }): boolean => inside(table);
  return {
    ...catalog,
    origin: { ...catalog.origin, schemas },
    schemas: catalog.schemas.filter(({ name }) => wanted.has(name)),
    tables: catalog.tables.filter(inside),
    sequences: catalog.sequences.filter(inside),
    views: catalog.views.filter(inside),
    routines: catalog.routines.filter(inside),
    triggers: catalog.triggers.filter(onTable),
    rules: catalog.rules.filter(onTable),
    policies: catalog.policies.filter(onTable),
  };
}
