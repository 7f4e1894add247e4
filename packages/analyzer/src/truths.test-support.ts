import { type Catalog, CatalogBuilder, readDump } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import type { Analysis } from './model/analysis.ts';

/** The catalog of a corpus file. */
export function readCatalog(path: string): Promise<Catalog> {
  return readDump(path, {}, quietContext());
}

/** The catalog of DDL written in a test. */
export async function catalogOf(sql: string): Promise<Catalog> {
  await loadParser();
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test.sql' });
  builder.apply({ sql, line: 1 });
  return builder.finish({ producer: 'test' });
}

/** Each table's decision in one word: its key (`+` when added), `reference`, `local` or `schema`. */
export function decisions(analysis: Analysis): Record<string, string> {
  return Object.fromEntries(
    analysis.tables.map(({ name, decision }) => {
      if (decision.kind === 'distributed')
        return [name, `${decision.addedColumn ? '+' : ''}${decision.column}`];
      return [name, decision.kind === 'single-shard' ? 'schema' : decision.kind];
    }),
  );
}

/** Names of the co-location groups with more than one table. */
export function sharedGroups(analysis: Analysis): string[] {
  return analysis.colocationGroups.filter(({ tables }) => tables.length > 1).map(({ name }) => name);
}
