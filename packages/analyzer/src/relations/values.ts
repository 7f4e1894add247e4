import type { ColumnStatistics } from '@shardwright/catalog';

/** How much of one column's values stand in another. */
export interface ValueOverlap {
  /** Share (0 … 1) of the left column's distinct values that the right one holds too. */
  readonly contained: number;
  readonly sampled: boolean;
}

/** Fewer values than this prove nothing: any two small integers overlap. */
const fewestValues = 8;

/** Share of the left column's distinct values found in the right one; undefined when the data cannot tell. */
export function valueOverlap(
  left: ColumnStatistics | undefined,
  right: ColumnStatistics | undefined,
): ValueOverlap | undefined {
  if (left === undefined || right === undefined || left.distinct < fewestValues) return undefined;
  const leftValues = left.values;
  const rightValues = right.values;
  if (leftValues === undefined || rightValues === undefined || !rightValues.complete) return undefined;
  if (leftValues.entries.length < fewestValues) return undefined;
  const known = new Set(rightValues.entries.map((entry) => entry.value));
  const found = leftValues.entries.filter((entry) => known.has(entry.value)).length;
  return { contained: found / leftValues.entries.length, sampled: !leftValues.complete };
}
