import { type Catalog, onlySchemas } from '@shardwright/catalog';
import { UsageError } from '@shardwright/core';

/** {@link onlySchemas}, where any are named. Throws {@link UsageError} for one that is not there. */
export function restrictToSchemas(catalog: Catalog, schemas: readonly string[]): Catalog {
  if (schemas.length === 0) return catalog;
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
  return onlySchemas(catalog, schemas);
}
