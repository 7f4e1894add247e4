import type { SourceTable } from './live-source.ts';

/** How a table is cut. */
export interface Cut {
  readonly pages: number;
  readonly pagesPerChunk: number;
  readonly chunks: number;
}

/** Pages of a chunk: from the first on and before the other. */
export interface PageRange {
  readonly first: number;
  readonly before: number;
}

const pageBytes = 8192;
/** No table has more. */
const pagesAtMost = 2 ** 32 - 1;
/** Where `ctid` ranges are read without the rest of the table. */
const firstVersionWithPageRanges = 140_000;

/** Cuts a table into ranges of pages of about so many bytes, what lies beside the table counted. */
export function cutTable({ pages, bytes }: SourceTable, chunkBytes: number, serverVersion: number): Cut {
  if (serverVersion < firstVersionWithPageRanges || pages === 0) {
    return { pages, pagesPerChunk: Math.max(1, pages), chunks: 1 };
  }
  const bytesPerPage = Math.max(pageBytes, bytes / pages);
  const pagesPerChunk = Math.max(1, Math.floor(chunkBytes / bytesPerPage));
  return { pages, pagesPerChunk, chunks: Math.ceil(pages / pagesPerChunk) };
}

/** What a chunk reads, counted from 0. All chunks together read every page that there is and will be. */
export function rangeOf({ pagesPerChunk, chunks }: Cut, chunk: number): PageRange {
  const first = chunk * pagesPerChunk;
  return { first, before: chunk === chunks - 1 ? pagesAtMost : first + pagesPerChunk };
}
