import type { Context } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import type { Catalog } from '../model/catalog.ts';
import { CatalogBuilder } from '../statements/catalog-builder.ts';
import { DumpFeed } from './dump-feed.ts';
import { openDump } from './open-dump.ts';

/** How a dump is read. */
export interface ReadDumpOptions {
  /** The most rows to measure of each table; all of them when absent. Rows and bytes are always counted exactly. */
  readonly sampleRows?: number;
}

/**
 * Reads a dump (a file, a directory archive, or `-`) into a catalog, streaming: memory stays the same whatever
 * the size. Throws an InputError for an input that is not a whole dump; statements that do not parse are
 * reported in the catalog's `problems` instead.
 */
export async function readDump(input: string, options: ReadDumpOptions, context: Context): Promise<Catalog> {
  await using source = await openDump(input);
  await loadParser();
  const builder = new CatalogBuilder({ kind: 'dump', label: source.label });
  const origin = await new DumpFeed(source, builder, { ...options, context }).run();
  return builder.finish(origin);
}
