import type { DumpSection } from '@shardwright/catalog';
import type { LoadedChunk } from '../journal/journal.ts';
import { isWhole, loadedByChunk, relationOf, type TableAtWork } from '../load/load-tasks.ts';
import { type ChunkedRows, chunkCount } from './read-chunks.ts';

/** The rows of one COPY on their way. */
export interface SectionAtWork extends ChunkedRows {
  readonly section: DumpSection;
  readonly table: TableAtWork;
  /** Chunks of the table that come before. */
  readonly firstChunk: number;
  /** What is loaded of a chunk of the table, by shard. */
  readonly loadedOf: (chunk: number) => ReadonlyMap<string, number>;
}

/** How rows without a shard of a chunk are called in the journal, which has them below 0. */
export function setAsideOf(chunk: number): number {
  return -1 - chunk;
}

/** Cuts a table's sections, one after the other; the number of a chunk is the same on every run. */
export function sectionsAtWork(
  table: TableAtWork,
  sections: readonly DumpSection[],
  loaded: readonly LoadedChunk[],
): readonly SectionAtWork[] {
  const relation = relationOf(table.load);
  const byChunk = loadedByChunk(loaded);
  const loadedOf = (chunk: number): ReadonlyMap<string, number> => byChunk(relation, chunk);
  const { pagesPerChunk: chunkBytes } = table.journalled;
  let firstChunk = 0;
  return sections.map((section) => {
    const first = firstChunk;
    const chunks = chunkCount(section.end - section.start, chunkBytes);
    firstChunk += chunks;
    const isWanted = (chunk: number): boolean => {
      const number = first + chunk;
      const isAside = table.load.isPlaced === undefined || loadedOf(setAsideOf(number)).has('0');
      return !(isAside && isWhole(loadedOf(number), table, number));
    };
    return {
      section,
      table,
      start: section.start,
      end: section.end,
      chunkBytes,
      chunks,
      firstChunk: first,
      loadedOf,
      isWanted,
    };
  });
}
