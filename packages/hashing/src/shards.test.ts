import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardIndex, shardRanges } from './shards.ts';

const hash = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const shardCount = fc.integer({ min: 1, max: 64_000 });

test('every hash lies in the range of the shard it is assigned to', () => {
  fc.assert(
    fc.property(hash, shardCount, (value, count) => {
      const range = shardRanges(count)[shardIndex(value, count)];
      expect(range && range.min <= value && value <= range.max).toBe(true);
    }),
  );
});

test('ranges cover all hashes without gap or overlap, the last one taking the remainder', () => {
  fc.assert(
    fc.property(shardCount, (count) => {
      const ranges = shardRanges(count);
      expect(ranges.at(0)?.min).toBe(-(2 ** 31));
      expect(ranges.at(-1)?.max).toBe(2 ** 31 - 1);
      const apart = ranges.filter(
        (range, index) => index > 0 && range.min !== (ranges[index - 1]?.max ?? 0) + 1,
      );
      expect(apart).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
