/** The hash values that one shard holds, both ends included. */
export interface ShardRange {
  readonly min: number;
  readonly max: number;
}

const hashSpace = 2 ** 32;
const lowestHash = -(2 ** 31);
const highestHash = 2 ** 31 - 1;

/** Index, in order of ranges, of the shard that holds a hash value. */
export function shardIndex(hash: number, shardCount: number): number {
  // Ranges are equally wide but for the last, which takes the remainder of the division.
  const width = Math.floor(hashSpace / shardCount);
  return Math.min(shardCount - 1, Math.floor((hash - lowestHash) / width));
}

/** The ranges that Citus gives the shards of a table, in order. */
export function shardRanges(shardCount: number): readonly ShardRange[] {
  const width = Math.floor(hashSpace / shardCount);
  return Array.from({ length: shardCount }, (_, index) => {
    const min = lowestHash + index * width;
    return { min, max: index === shardCount - 1 ? highestHash : min + width - 1 };
  });
}
