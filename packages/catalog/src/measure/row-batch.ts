import type { Column } from '../model/table.ts';
import type { Kernel } from './kernel.ts';
import {
  batchRows,
  control,
  escapesAt,
  fieldsAt,
  maxColumns,
  rowBytesAt,
  slotOfColumnAt,
} from './kernel-layout.ts';
import { type MeasuredTable, planNext } from './measured-table.ts';

/** Rows after which columns of long texts are told. */
const trialRows = 2048;

/** Decodes a field in place (it never grows) and gives back its length. */
type DecodeField = (bytes: Uint8Array, address: number, length: number) => number;

/** The rows of one table that lie in the kernel's memory, split into fields, until all of them are counted at once. */
export class RowBatch {
  readonly #kernel: Kernel;
  readonly #empty: (table: MeasuredTable) => void;
  #slots: readonly number[] = [];
  /** Rows at hand. */
  fill = 0;

  /** `empty` is called for a table whose counters are about to overflow. */
  constructor(kernel: Kernel, empty: (table: MeasuredTable) => void) {
    this.#kernel = kernel;
    this.#empty = empty;
  }

  /** Key slots that the current section gives values for. */
  get slots(): readonly number[] {
    return this.#slots;
  }

  /** Tells the kernel which columns of the rows that follow are measured: none without a table. */
  chooseColumns(table: MeasuredTable | undefined, columns: readonly Column[]): void {
    const { int32 } = this.#kernel;
    int32.fill(-1, slotOfColumnAt / 4, slotOfColumnAt / 4 + maxColumns);
    const slots: number[] = [];
    for (const [slot, { column }] of (table?.keys ?? []).entries()) {
      const index = columns.findIndex(({ name }) => name === column);
      const isWide = (table?.measured ?? 0) >= trialRows && table?.sketches?.[slot]?.isWide === true;
      if (index < 0 || isWide) continue;
      int32[slotOfColumnAt / 4 + index] = slot;
      slots.push(slot);
    }
    this.#slots = slots;
  }

  /** The key slot of a field, or -1. */
  slotOf(field: number): number {
    return field < maxColumns ? (this.#kernel.int32[slotOfColumnAt / 4 + field] ?? -1) : -1;
  }

  /** A field of the row after those at hand. */
  put(keySlot: number, address: number, length: number): void {
    this.#putCell((keySlot * batchRows + this.fill) * 8, address, length);
  }

  /** Ends the row whose fields were put. */
  endRow(bytes: number): void {
    this.#kernel.int32[rowBytesAt / 4 + this.fill] = bytes;
    this.fill++;
  }

  /** The bytes of the first rows. */
  bytesOf(rows: number): number {
    const { int32 } = this.#kernel;
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += int32[rowBytesAt / 4 + row] ?? 0;
    return sum;
  }

  /** Decodes the fields that the kernel found escapes in, only of complete rows: the others are read again. */
  decodeEscapes(rows: number, decode: DecodeField): void {
    const { int32, bytes } = this.#kernel;
    const escapes = int32[control.escapes / 4] ?? 0;
    for (let index = 0; index < escapes; index++) {
      const cell = int32[escapesAt / 4 + index] ?? 0;
      if ((cell / 8) % batchRows >= rows) continue;
      const address = int32[(fieldsAt + cell) / 4] ?? 0;
      const length = int32[(fieldsAt + cell) / 4 + 1] ?? 0;
      this.#putCell(cell, address, decode(bytes, address, length));
    }
  }

  /** Counts the rows at hand once there are as many as are counted together. */
  measureWhenFull(table: MeasuredTable): void {
    if (table.plan === undefined ? this.fill < batchRows : this.fill === 0) return;
    this.measure(table);
    planNext(table);
  }

  /** Counts the rows at hand, and lets go of them. */
  measure(table: MeasuredTable): void {
    const rows = this.fill;
    if (rows === 0) return;
    const before = table.measured;
    // Columns that this section does not give have nothing in the batch.
    for (const keySlot of this.#slots) table.sketches?.[keySlot]?.measure(rows, table.weight);
    table.measured += rows;
    this.fill = 0;
    if (table.sketches?.some(({ isFull }) => isFull) === true) this.#empty(table);
    if (before < trialRows && table.measured >= trialRows) this.#dropWideColumns(table);
  }

  /** Stops measuring columns that turn out to hold long texts: these are no keys, and cost the most. */
  #dropWideColumns({ sketches }: MeasuredTable): void {
    const { int32 } = this.#kernel;
    this.#slots = this.#slots.filter((slot) => sketches?.[slot]?.isWide !== true);
    for (let column = 0; column < maxColumns; column++) {
      const slot = int32[slotOfColumnAt / 4 + column] ?? -1;
      if (slot >= 0 && !this.#slots.includes(slot)) int32[slotOfColumnAt / 4 + column] = -1;
    }
  }

  #putCell(cell: number, address: number, length: number): void {
    this.#kernel.int32[(fieldsAt + cell) / 4] = address;
    this.#kernel.int32[(fieldsAt + cell) / 4 + 1] = length;
  }
}
