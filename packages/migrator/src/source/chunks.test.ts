import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutTable, rangeOf } from './chunks.ts';

const version = 150_000;
const kilobyte = 1024;
const tables = fc.record({
  pages: fc.nat({ max: 2 ** 31 }),
  // What lies beside the table may be much more than the table.
  bytes: fc.nat({ max: 2 ** 50 }),
  fileNode: fc.constant('1'),
});

test('chunks follow one another without a gap, from the first page to beyond the last', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: kilobyte, max: 2 ** 40 }), (table, chunkBytes) => {
      const cut = cutTable(table, chunkBytes, version);
      const some = [0, 1, cut.chunks - 2, cut.chunks - 1].filter((chunk) => chunk >= 0 && chunk < cut.chunks);
      expect(rangeOf(cut, 0).first).toBe(0);
      for (const chunk of some) {
        const { first, before } = rangeOf(cut, chunk);
        expect(first).toBeLessThan(before);
        if (chunk < cut.chunks - 1) expect(rangeOf(cut, chunk + 1).first).toBe(before);
      }
      // Pages that are added later belong to the last.
      expect(rangeOf(cut, cut.chunks - 1).before).toBe(2 ** 32 - 1);
    }),
  );
});

test('a chunk is about as large as asked, what lies beside the table counted', () => {
  const bytes = 800 * 8192 * 10;
  const cut = cutTable({ pages: 800, bytes, fileNode: '1' }, bytes / 4, version);
  expect(cut).toEqual({ pages: 800, pagesPerChunk: 200, chunks: 4 });
});

test('an empty table, and one of a server that cannot read ranges of pages, is one chunk', () => {
  expect(cutTable({ pages: 0, bytes: 0, fileNode: '1' }, 8192, version).chunks).toBe(1);
  expect(cutTable({ pages: 900, bytes: 900 * 8192, fileNode: '1' }, 8192, 130_012).chunks).toBe(1);
});
