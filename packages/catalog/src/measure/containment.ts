import type { ColumnStatistics } from '../model/statistics.ts';
import { everyHash, smaller } from './column-summary.ts';
import { decodeRegisters, estimateDistinct, noteHash, uniteRegisters } from './hyperloglog.ts';
import { registerCount } from './kernel-layout.ts';
import { hashValue } from './value-hash.ts';

/** Fewer common values than this say nothing about the rest. */
const enoughValues = 32;

/** Standard error of an estimate from 2^14 registers. */
const sketchError = 1.04 / Math.sqrt(registerCount);
/** A share less sure than this (twice the standard error) is no evidence. */
const tellingError = 0.2;

/** How much of one column's values another holds. */
export interface Containment {
  /** 0 … 1 of the first column's distinct values. */
  readonly share: number;
  /** `exact`: all values were compared; `sampled`: those in both samples; `sketch`: estimated from the sketches. */
  readonly basis: 'exact' | 'sampled' | 'sketch';
}

/**
 * Which share of the distinct values of `inner` (a foreign key, say) is found in `outer`; undefined when the
 * statistics cannot tell. Both samples hold the values with the smallest hashes, so below the lower of the two
 * limits each column's sample is complete, and membership is certain.
 */
export function containment(inner: ColumnStatistics, outer: ColumnStatistics): Containment | undefined {
  const [left, right] = [hashesOf(inner), hashesOf(outer)];
  if (left !== undefined && right !== undefined) {
    const limit = smaller(left.limit, right.limit);
    const common = left.hashes.filter((hash) => hash <= limit);
    const isExact = limit === everyHash;
    if (common.length > 0 && (isExact || common.length >= enoughValues)) {
      const known = new Set(right.hashes);
      const held = common.filter((hash) => known.has(hash)).length;
      return { share: held / common.length, basis: isExact ? 'exact' : 'sampled' };
    }
  }
  const [one, other] = [registersOf(inner), registersOf(outer)];
  if (
    one === undefined ||
    other === undefined ||
    inner.provenance !== 'exact' ||
    outer.provenance !== 'exact'
  ) {
    return undefined;
  }
  const distinct = estimateDistinct(one);
  if (distinct === 0) return undefined;
  const united = one.slice();
  uniteRegisters(united, other);
  const together = estimateDistinct(united);
  // Beside a much larger column the sketches' own error is larger than all of this one's values.
  if (2 * sketchError * together > tellingError * distinct) return undefined;
  const shared = distinct + estimateDistinct(other) - together;
  return { share: Math.min(1, Math.max(0, shared / distinct)), basis: 'sketch' };
}

function hashesOf({
  values,
}: ColumnStatistics): { readonly hashes: readonly bigint[]; readonly limit: bigint } | undefined {
  if (values === undefined) return undefined;
  const hashes = values.entries.map(({ value }) => hashValue(value));
  if (values.complete) return { hashes, limit: everyHash };
  let limit = 0n;
  for (const hash of hashes) if (hash > limit) limit = hash;
  return { hashes, limit };
}

function registersOf({ sketch, values }: ColumnStatistics): Uint8Array | undefined {
  if (sketch !== undefined) return decodeRegisters(sketch);
  if (values?.complete !== true) return undefined;
  const registers = new Uint8Array(registerCount);
  for (const { value } of values.entries) noteHash(registers, hashValue(value));
  return registers;
}
