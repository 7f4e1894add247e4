import type { BucketRow } from './row-queries.ts';

/** The rows of one bucket: how many, and the sums of their hashes. */
export interface BucketSum {
  readonly rows: number;
  readonly h1: bigint;
  readonly h2: bigint;
}

/** Sums of several parts of a table, by bucket. */
export class BucketSums {
  readonly #buckets = new Map<number, BucketSum>();
  #misplaced = 0;

  /** Takes in one part. Sums are whole, not cut to 64 bits: two equal changes never cancel out. */
  add(part: readonly BucketRow[]): void {
    for (const [bucket, rows, h1, h2, misplaced] of part) {
      const before = this.#buckets.get(bucket) ?? nothing;
      this.#buckets.set(bucket, {
        rows: before.rows + rows,
        h1: before.h1 + BigInt(h1),
        h2: before.h2 + BigInt(h2),
      });
      this.#misplaced += misplaced;
    }
  }

  get rows(): number {
    return [...this.#buckets.values()].reduce((sum, { rows }) => sum + rows, 0);
  }

  get misplaced(): number {
    return this.#misplaced;
  }

  /** The buckets that are not alike, in order. */
  differencesFrom(other: BucketSums): readonly number[] {
    const buckets = new Set([...this.#buckets.keys(), ...other.#buckets.keys()]);
    return [...buckets].filter((bucket) => !isSame(this.of(bucket), other.of(bucket))).sort((a, b) => a - b);
  }

  of(bucket: number): BucketSum {
    return this.#buckets.get(bucket) ?? nothing;
  }
}

const nothing: BucketSum = { rows: 0, h1: 0n, h2: 0n };

function isSame(a: BucketSum, b: BucketSum): boolean {
  return a.rows === b.rows && a.h1 === b.h1 && a.h2 === b.h2;
}
