import { type Catalog, CatalogBuilder } from '@shardwright/catalog';
import { loadParser } from '@shardwright/sql';

/** Loads what {@link catalogOf} needs. */
export async function prepareCatalogs(): Promise<void> {
  await loadParser();
}

/** The catalog that statements make. */
export function catalogOf(sql: string): Catalog {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  builder.apply({ sql, line: 1 });
  return builder.finish();
}
