import { describe, expect, test } from 'vitest';
import type { ColumnStatistics } from '../model/statistics.ts';
import { containment } from './containment.ts';
import { encodeRegisters, noteHash } from './hyperloglog.ts';
import { registerCount } from './kernel-layout.ts';
import { hashValue } from './value-hash.ts';

/** Statistics of a column with the numbers from … to, as the measurer keeps them. */
function columnOf(from: number, to: number): ColumnStatistics {
  const values = Array.from({ length: to - from }, (_, index) => String(from + index));
  const byHash = values
    .map((value) => ({ value, hash: hashValue(value) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const complete = values.length <= 1024;
  const registers = new Uint8Array(registerCount);
  for (const { hash } of byHash) noteHash(registers, hash);
  return {
    ...{ provenance: 'exact', distinct: values.length, nullShare: 0, averageWidthBytes: 4, heavyHitters: [] },
    values: {
      complete,
      entries: byHash.slice(0, complete ? 1024 : 700).map(({ value }) => ({ value, rows: 1, bytes: 9 })),
    },
    ...(complete ? {} : { sketch: encodeRegisters(registers) }),
  };
}

describe('the share of one column’s values in another', () => {
  test('is exact where both list all of theirs', () => {
    expect(containment(columnOf(0, 100), columnOf(50, 1000))).toEqual({ share: 0.5, basis: 'exact' });
  });

  test('is told from the common part of the samples of large columns', () => {
    expect(containment(columnOf(0, 20_000), columnOf(0, 30_000))).toEqual({ share: 1, basis: 'sampled' });
    const half = containment(columnOf(0, 20_000), columnOf(10_000, 40_000));
    expect(half?.basis).toBe('sampled');
    expect(half?.share).toBeCloseTo(0.5, 1);
    expect(containment(columnOf(0, 5_000), columnOf(5_000, 10_000))).toEqual({ share: 0, basis: 'sampled' });
  });

  test('falls back on the sketches without values', () => {
    const { values: _, ...without } = columnOf(0, 20_000);
    const found = containment(without, columnOf(5_000, 30_000));
    expect(found?.basis).toBe('sketch');
    expect(found?.share).toBeCloseTo(0.75, 1);
  });

  test('is not told from sketches beside a column so large that its error hides the small one', () => {
    expect(containment(columnOf(0, 100), columnOf(0, 200_000))).toBeUndefined();
  });

  test('is not told from a sample of rows, where most values are missing on both sides', () => {
    const { sketch: _, values: __, ...without } = columnOf(0, 20_000);
    expect(containment({ ...without, provenance: 'sampled' }, columnOf(0, 20_000))).toBeUndefined();
  });
});
