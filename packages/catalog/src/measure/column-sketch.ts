import type { CountedValue, HeavyValue } from './column-summary.ts';
import { type ColumnSummary, completeLimit, everyHash, isWide } from './column-summary.ts';
import { noteHash } from './hyperloglog.ts';
import type { Kernel } from './kernel.ts';
import {
  batchRows,
  columnState,
  fieldsAt,
  heavySlotBytes,
  heavySlots,
  maxVotes,
  registerCount,
  rowBytesAt,
  secondTableShift,
  valueSlotBytes,
  valueSlots,
} from './kernel-layout.ts';

/** Longer texts are cut: they are for people, and no key is this long. */
const longestText = 512;

/** Turns a value's bytes into text, in the encoding of the input. */
export type DecodeText = (bytes: Buffer, start: number, end: number) => string;

interface StoredValue {
  readonly hash: bigint;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly measured: bigint;
}

interface Text {
  readonly text: string;
  readonly isCut: boolean;
}

/**
 * One column's counters in the kernel's memory, with the texts of the values it holds. Up to
 * {@link completeLimit} distinct values are counted exactly; with more the column starts to sketch: HyperLogLog
 * for the number, votes for heavy hitters, and of the exact counts those with the smallest hashes stay.
 */
export class ColumnSketch {
  readonly #kernel: Kernel;
  readonly #keySlot: number;
  readonly #decode: DecodeText;
  readonly address: number;
  #rows = 0;
  #measured = 0;
  #largestWeight = 1;
  #texts = new Map<bigint, Text>();
  readonly #witnesses = new Map<bigint, Text>();

  constructor(kernel: Kernel, options: { address: number; keySlot: number; decode: DecodeText }) {
    this.#kernel = kernel;
    this.address = options.address;
    this.#keySlot = options.keySlot;
    this.#decode = options.decode;
    kernel.bytes.fill(0, this.address, this.address + columnState.registers);
    kernel.uint64[(this.address + columnState.threshold) / 8] = everyHash;
  }

  /** Counts this column's part of the batch. */
  measure(rows: number, weight: number): void {
    this.#kernel.measure(this.address, this.#keySlot, rows, BigInt(weight));
    this.#rows += rows * weight;
    if (weight > this.#largestWeight) this.#largestWeight = weight;
    this.#measured += rows;
  }

  /** A row of the batch whose value is not known does not count. */
  leaveOut(weight: number): void {
    this.#rows -= weight;
    this.#measured--;
  }

  /** Takes a value that its table does not hold yet. */
  admit(row: number, hash: bigint, weight: number): void {
    const rowBytes = this.#kernel.int32[rowBytesAt / 4 + row] ?? 0;
    const rows = BigInt(weight);
    this.#store({ hash, rows, bytes: BigInt(rowBytes) * rows, measured: 1n });
    this.#texts.set(hash, this.#textAt(row));
    if (this.#texts.size <= completeLimit) return;
    if (!this.#isSketching) this.#startSketching();
    this.#keepSmallest(completeLimit / 2);
  }

  /** Keeps the text of a candidate for a heavy hitter. */
  witness(row: number, hash: bigint): void {
    if (this.#witnesses.has(hash)) return;
    if (this.#witnesses.size > 4 * heavySlots) this.#forgetUnseated();
    this.#witnesses.set(hash, this.#textAt(row));
  }

  /** Whether its counters must be emptied soon. */
  get isFull(): boolean {
    return this.#rows > maxVotes;
  }

  /** Whether its values are too long for a key. */
  get isWide(): boolean {
    const number = (offset: number): number => Number(this.#kernel.int64[(this.address + offset) / 8] ?? 0n);
    return isWide({
      rows: this.#rows,
      nulls: number(columnState.nulls),
      widthSum: number(columnState.widthSum),
    });
  }

  /** What was found. */
  summarize(): ColumnSummary {
    const [rows, measured] = [this.#rows, this.#measured];
    const { int32, int64, uint64, bytes } = this.#kernel;
    const number = (offset: number): number => Number(int64[(this.address + offset) / 8] ?? 0n);
    const counts = {
      measured,
      rows,
      largestWeight: this.#largestWeight,
      nulls: number(columnState.nulls),
      widthSum: number(columnState.widthSum),
      maxWidth: int32[(this.address + columnState.maxWidth) / 4] ?? 0,
      threshold: uint64[(this.address + columnState.threshold) / 8] ?? 0n,
      values: this.#values(),
    };
    if (!this.#isSketching) return { ...counts, heavy: [], heavyBound: 0 };
    const registersAt = this.address + columnState.registers;
    return {
      ...counts,
      registers: Uint8Array.from(bytes.subarray(registersAt, registersAt + registerCount)),
      ...this.#heavy(rows - counts.nulls),
    };
  }

  get #isSketching(): boolean {
    return this.#kernel.int32[(this.address + columnState.isSketching) / 4] === 1;
  }

  #textAt(row: number): Text {
    const cell = fieldsAt / 4 + (this.#keySlot * batchRows + row) * 2;
    const start = this.#kernel.int32[cell] ?? 0;
    const length = this.#kernel.int32[cell + 1] ?? 0;
    const text = this.#decode(this.#kernel.bytes, start, start + Math.min(length, longestText));
    return { text, isCut: length > longestText };
  }

  #store({ hash, rows, bytes, measured }: StoredValue): void {
    const { uint64 } = this.#kernel;
    const first = (this.address + columnState.values) / 8;
    let slot = Number((hash >> 8n) & BigInt(valueSlots - 1));
    while (uint64[first + (slot * valueSlotBytes) / 8] !== 0n) slot = (slot + 1) & (valueSlots - 1);
    const at = first + (slot * valueSlotBytes) / 8;
    uint64[at] = hash;
    uint64[at + 1] = rows;
    uint64[at + 2] = bytes;
    uint64[at + 3] = measured;
  }

  *#stored(): Generator<StoredValue> {
    const { uint64 } = this.#kernel;
    const first = (this.address + columnState.values) / 8;
    const last = first + (valueSlots * valueSlotBytes) / 8;
    for (let at = first; at < last; at += valueSlotBytes / 8) {
      const hash = uint64[at] ?? 0n;
      if (hash === 0n) continue;
      yield { hash, rows: uint64[at + 1] ?? 0n, bytes: uint64[at + 2] ?? 0n, measured: uint64[at + 3] ?? 0n };
    }
  }

  #values(): CountedValue[] {
    return [...this.#stored()].map(({ hash, rows, bytes, measured }) => {
      const { text, isCut } = this.#texts.get(hash) ?? { text: '', isCut: true };
      return { hash, text, isCut, rows: Number(rows), bytes: Number(bytes), measured: Number(measured) };
    });
  }

  #keepSmallest(count: number): void {
    const { uint64, bytes } = this.#kernel;
    const all = [...this.#stored()].sort((left, right) => (left.hash < right.hash ? -1 : 1));
    const kept = all.slice(0, count);
    const start = this.address + columnState.values;
    bytes.fill(0, start, start + valueSlots * valueSlotBytes);
    const texts = new Map<bigint, Text>();
    for (const value of kept) {
      this.#store(value);
      const text = this.#texts.get(value.hash);
      if (text !== undefined) texts.set(value.hash, text);
    }
    this.#texts = texts;
    uint64[(this.address + columnState.threshold) / 8] = kept.at(-1)?.hash ?? 0n;
  }

  #startSketching(): void {
    const { int32, bytes, vote } = this.#kernel;
    bytes.fill(0, this.address + columnState.registers, this.address + columnState.size);
    int32[(this.address + columnState.isSketching) / 4] = 1;
    const start = this.address + columnState.registers;
    const registers = bytes.subarray(start, start + registerCount);
    for (const { hash, rows } of this.#stored()) {
      noteHash(registers, hash);
      const [first, second] = this.#heavySlots(hash);
      const half = (rows + (hash & 1n)) >> 1n;
      if (half > 0n) vote(first, hash, half);
      if (rows > half) vote(second, hash, rows - half);
      // Heavy so far: it may leave the table of values before its next vote.
      const text = this.#texts.get(hash);
      if (rows >= 8n && text !== undefined) this.#witnesses.set(hash, text);
    }
  }

  /** The addresses of a hash's two votes, as the kernel has them. */
  #heavySlots(hash: bigint): readonly [number, number] {
    const first = this.address + columnState.heavy;
    const low = Number(hash & BigInt(heavySlots - 1));
    const high = Number((hash >> BigInt(secondTableShift)) & BigInt(heavySlots - 1));
    return [first + low * heavySlotBytes, first + (heavySlots + high) * heavySlotBytes];
  }

  #slot(address: number): Seat {
    const { int32, uint64 } = this.#kernel;
    return {
      candidate: uint64[address / 8] ?? 0n,
      lead: int32[address / 4 + 2] ?? 0,
      total: (int32[address / 4 + 3] ?? 0) >>> 0,
    };
  }

  #forgetUnseated(): void {
    for (const hash of this.#witnesses.keys()) {
      const seats = this.#heavySlots(hash).map((address) => this.#slot(address));
      if (seats.every(({ candidate }) => candidate !== hash)) this.#witnesses.delete(hash);
    }
  }

  #heavy(rows: number): { readonly heavy: readonly HeavyValue[]; readonly heavyBound: number } {
    const first = this.address + columnState.heavy;
    const heavy: HeavyValue[] = [];
    for (const [hash, { text }] of this.#witnesses) {
      // Each table saw half of the rows: what a value holds is the sum of both.
      const [one, two] = this.#heavySlots(hash).map((address) =>
        boundsOf(this.#slot(address), hash, rows / 2),
      );
      if (one === undefined || two === undefined) continue;
      const estimate =
        Math.min(one.estimate ?? two.estimate ?? 0, one.upper) +
        Math.min(two.estimate ?? one.estimate ?? 0, two.upper);
      const [lower, upper] = [one.lower + two.lower, one.upper + two.upper];
      heavy.push({ hash, text, rows: Math.round(Math.max(lower, Math.min(upper, estimate))), lower, upper });
    }
    let heavyBound = 0;
    for (const table of [0, 1]) {
      let most = 0;
      for (let slot = 0; slot < heavySlots; slot++) {
        const { total, lead } = this.#slot(first + (table * heavySlots + slot) * heavySlotBytes);
        most = Math.max(most, (total - lead) / 2);
      }
      // A candidate without a text never led by 8.
      heavyBound += most + 8;
    }
    return { heavy, heavyBound };
  }
}

interface Seat {
  readonly candidate: bigint;
  readonly total: number;
  readonly lead: number;
}

/** What one slot says about a value; others fall into it at the table's average rate. */
function boundsOf(
  { candidate, total, lead }: Seat,
  hash: bigint,
  rows: number,
): { readonly lower: number; readonly upper: number; readonly estimate: number | undefined } {
  if (candidate !== hash) return { lower: 0, upper: (total - lead) / 2, estimate: undefined };
  const upper = (total + lead) / 2;
  const estimate = total - (rows - total) / (heavySlots - 1);
  return { lower: lead, upper, estimate: Math.max(lead, Math.min(upper, estimate)) };
}
