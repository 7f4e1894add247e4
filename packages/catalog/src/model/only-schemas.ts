import type { QualifiedName } from '@shardwright/core';
import type { Catalog } from './catalog.ts';

/** The catalog without the tables, and what hangs on them, of all other schemas; types stay, columns need them. */
export function onlySchemas(catalog: Catalog, schemas: readonly string[]): Catalog {
  const wanted = new Set(schemas);
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
