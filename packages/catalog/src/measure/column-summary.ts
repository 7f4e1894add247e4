import type { ColumnStatistics, Provenance } from '../model/statistics.ts';
import { encodeRegisters, estimateDistinct, noteHash, uniteRegisters } from './hyperloglog.ts';
import { heavySlots, registerCount, valueSlots } from './kernel-layout.ts';

/** A value with the rows and bytes that hold it; `text` is cut when `isCut`. */
export interface CountedValue {
  readonly hash: bigint;
  readonly text: string;
  readonly isCut: boolean;
  readonly rows: number;
  readonly bytes: number;
  /** Rows that were measured, counted once each. */
  readonly measured: number;
}

/** A value that may hold many rows: between `lower` and `upper`. */
export interface HeavyValue {
  readonly hash: bigint;
  readonly text: string;
  readonly rows: number;
  readonly lower: number;
  readonly upper: number;
}

/** What one reading of a column found; summaries of several readings add up. Rows and bytes carry weights. */
export interface ColumnSummary {
  /** Rows that were measured, counted once each. */
  readonly measured: number;
  readonly rows: number;
  /** The most rows that one measured row stands for. */
  readonly largestWeight: number;
  readonly nulls: number;
  readonly widthSum: number;
  readonly maxWidth: number;
  /** Every value whose hash is not above this is in `values`, with exact counts. */
  readonly threshold: bigint;
  readonly values: readonly CountedValue[];
  /** Absent while `values` holds every value. */
  readonly registers?: Uint8Array;
  readonly heavy: readonly HeavyValue[];
  /** No value outside `heavy` and `values` holds more rows than this. */
  readonly heavyBound: number;
}

/** The threshold of a table that holds every value. */
export const everyHash: bigint = 0xffff_ffff_ffff_ffffn;
/** Columns with up to so many distinct values have all of them counted; of others a sample of up to so many is. */
export const completeLimit: number = valueSlots / 2;

const listedHeavy = 20;
/** Columns of longer texts are no keys: a UUID takes 36 bytes, an address of a page rarely more than this. */
const widestKey = 128;

/** Whether a column's values are too long, on average, for a key. */
export function isWide({
  widthSum,
  rows,
  nulls,
}: Pick<ColumnSummary, 'widthSum' | 'rows' | 'nulls'>): boolean {
  return widthSum > widestKey * (rows - nulls);
}

/** Two readings of one column as one. */
export function addSummaries(left: ColumnSummary, right: ColumnSummary): ColumnSummary {
  const threshold = smaller(left.threshold, right.threshold);
  let values = mergeValues(left.values, right.values).filter(({ hash }) => hash <= threshold);
  let kept = threshold;
  if (values.length > completeLimit) {
    values = values.sort((a, b) => (a.hash < b.hash ? -1 : 1)).slice(0, completeLimit);
    kept = values.at(-1)?.hash ?? 0n;
  }
  const isComplete = kept === everyHash;
  const heavy = isComplete ? [] : mergeHeavy(left, right);
  return {
    measured: left.measured + right.measured,
    rows: left.rows + right.rows,
    largestWeight: Math.max(left.largestWeight, right.largestWeight),
    nulls: left.nulls + right.nulls,
    widthSum: left.widthSum + right.widthSum,
    maxWidth: Math.max(left.maxWidth, right.maxWidth),
    threshold: kept,
    values,
    ...(isComplete ? {} : { registers: mergeRegisters(left, right) }),
    heavy,
    heavyBound: isComplete ? 0 : left.heavyBound + right.heavyBound,
  };
}

/** The smaller of two numbers for which Math.min has no place. */
export function smaller(left: bigint, right: bigint): bigint {
  if (left < right) return left;
  return right;
}

function mergeValues(left: readonly CountedValue[], right: readonly CountedValue[]): CountedValue[] {
  const merged = new Map(left.map((value) => [value.hash, value]));
  for (const value of right) {
    const known = merged.get(value.hash);
    merged.set(
      value.hash,
      known === undefined
        ? value
        : {
            ...known,
            rows: known.rows + value.rows,
            bytes: known.bytes + value.bytes,
            measured: known.measured + value.measured,
          },
    );
  }
  return [...merged.values()];
}

function mergeRegisters(left: ColumnSummary, right: ColumnSummary): Uint8Array {
  const registers = registersOf(left).slice();
  uniteRegisters(registers, registersOf(right));
  return registers;
}

function registersOf({ registers, values }: ColumnSummary): Uint8Array {
  if (registers !== undefined) return registers;
  const made = new Uint8Array(registerCount);
  for (const { hash } of values) noteHash(made, hash);
  return made;
}

function mergeHeavy(left: ColumnSummary, right: ColumnSummary): HeavyValue[] {
  const sides = [left, right].map((side) => ({ side, known: knownRows(side) }));
  const texts = new Map<bigint, string>();
  for (const { known } of sides) for (const [hash, { text }] of known) texts.set(hash, text);
  return [...texts]
    .map(([hash, text]) => {
      let [rows, lower, upper] = [0, 0, 0];
      for (const { side, known } of sides) {
        const value = known.get(hash);
        rows += value?.rows ?? 0;
        lower += value?.lower ?? 0;
        upper += value?.upper ?? side.heavyBound;
      }
      return { hash, text, rows, lower, upper };
    })
    .sort((a, b) => b.rows - a.rows)
    .slice(0, 4 * listedHeavy);
}

function knownRows({ heavy, values }: ColumnSummary): Map<bigint, HeavyValue> {
  const known = new Map(heavy.map((value) => [value.hash, value]));
  for (const { hash, text, rows } of values) known.set(hash, { hash, text, rows, lower: rows, upper: rows });
  return known;
}

/** The statistics of a column of a table with `tableRows` rows. */
export function columnStatistics(summary: ColumnSummary, tableRows: number): ColumnStatistics {
  const { rows, nulls, threshold, registers, values, widthSum, maxWidth } = summary;
  const isSampled = summary.measured < tableRows;
  const isComplete = threshold === everyHash;
  const seen = registers === undefined ? values.length : estimateDistinct(registers);
  // Sampled rows stand for their strides; the last stride may reach past the table's end.
  const scale = isSampled && rows > 0 ? tableRows / rows : 1;
  const provenance: Provenance = isSampled ? 'sampled' : 'exact';
  const present = rows - nulls;
  const heavy = [...knownRows(summary).values()]
    .filter((value) => isComplete || value.rows * heavySlots >= rows)
    // A few measured rows with large weights are chance.
    .filter((value) => summary.largestWeight === 1 || value.rows >= 4 * summary.largestWeight)
    .sort((a, b) => b.rows - a.rows)
    .slice(0, listedHeavy);
  const bound = heavy.reduce((most, { rows: estimate, lower, upper }) => {
    return Math.max(most, upper - estimate, estimate - lower);
  }, summary.heavyBound);
  const listed = values.every(({ isCut }) => !isCut);
  return {
    provenance,
    distinct: isSampled ? extrapolate(summary, seen, tableRows) : seen,
    nullShare: rows === 0 ? 0 : nulls / rows,
    averageWidthBytes: present === 0 ? 0 : widthSum / present,
    maxWidthBytes: maxWidth,
    heavyHitters: heavy.map(({ text, rows: held }) => ({ value: text, share: held / rows })),
    ...(isComplete ? {} : { heavyHitterError: bound / rows }),
    ...(listed
      ? {
          values: {
            complete: isComplete && !isSampled,
            entries: values.map(({ text, rows: held, bytes }) => ({
              value: text,
              rows: Math.round(held * scale),
              bytes: Math.round(bytes * scale),
            })),
          },
        }
      : {}),
    ...(registers === undefined ? {} : { sketch: encodeRegisters(registers) }),
  };
}

/**
 * Distinct values of the table from those of a sample: Haas and Stokes' Duj1, as PostgreSQL's ANALYZE has it.
 * The share of values seen once comes from the uniform sample of the distinct values.
 */
function extrapolate(
  { measured, nulls, rows, values }: ColumnSummary,
  seen: number,
  tableRows: number,
): number {
  const present = 1 - (rows === 0 ? 0 : nulls / rows);
  const sample = measured * present;
  const total = tableRows * present;
  if (sample === 0 || values.length === 0) return seen;
  const once = values.filter((value) => value.measured === 1).length;
  const single = (once / values.length) * seen;
  const estimate = (sample * seen) / (sample - single + (single * sample) / total);
  return Math.round(Math.min(total, Math.max(seen, estimate)));
}
