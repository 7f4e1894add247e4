import { expect, test } from 'vitest';
import { sampledRanges } from './sampled-ranges.ts';

const pagesOf = (pages: number, percent: number, seed: number): number =>
  sampledRanges(pages, { percent, seed }, 32).reduce(
    (sum, { first, before = pages }) => sum + Math.min(pages, before) - first,
    0,
  );

test.each([
  [1_000_000, 1],
  [1_000_000, 0.01],
  [10_000, 20],
  [200, 5],
  [200, 50],
  [40, 10],
])('of %d pages, %d %% are read', (pages, percent) => {
  for (let seed = 1; seed < 50; seed++) {
    const share = (100 * pagesOf(pages, percent, seed)) / pages;
    expect(share).toBeGreaterThan(0.7 * percent);
    expect(share).toBeLessThan(1.3 * percent);
  }
});

test('ranges are in order, apart from one another, and others for another seed', () => {
  const ranges = sampledRanges(5000, { percent: 30, seed: 7 }, 32);
  for (const [at, range] of ranges.entries()) {
    const next = ranges[at + 1];
    if (next) expect(range.before).toBeLessThanOrEqual(next.first);
  }
  expect(sampledRanges(5000, { percent: 30, seed: 7 }, 32)).toEqual(ranges);
  expect(sampledRanges(5000, { percent: 30, seed: 8 }, 32)).not.toEqual(ranges);
});

test('of few pages one is read, and of none whatever has come since', () => {
  expect(sampledRanges(2, { percent: 1, seed: 3 }, 32)).toHaveLength(1);
  expect(sampledRanges(0, { percent: 1, seed: 3 }, 32)).toEqual([{ first: 0 }]);
});
