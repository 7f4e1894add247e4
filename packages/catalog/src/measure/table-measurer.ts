import { nameKey, type QualifiedName } from '@shardwright/core';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';
import type { DecodeText } from './column-sketch.ts';
import { columnStatistics, isWide } from './column-summary.ts';
import { decodeCopyField, undoubleQuotes } from './copy-escapes.ts';
import { createKernel, type Kernel } from './kernel.ts';
import {
  batchRows,
  control,
  escapesAt,
  fieldsAt,
  format,
  insertBeginningAt,
  maxColumns,
  maxInsertBeginning,
  rowBytesAt,
  slotOfColumnAt,
  status,
  unknownField,
} from './kernel-layout.ts';
import { keyColumns } from './key-columns.ts';
import { SamplePlan } from './sample-plan.ts';
import { type MeasuredTable, SketchPool } from './sketch-pool.ts';

/** How the rows of one COPY section are written. */
export interface CopyTextFormat {
  readonly delimiter: number;
  readonly nullText: string;
  readonly stripsCarriageReturn: boolean;
}

/** What one pass over COPY text came to. */
export interface CopyProgress {
  /** Where the next row begins. */
  readonly position: number;
  readonly lines: number;
  readonly state: 'need-more' | 'end-of-data' | 'wrong-field-count';
  /** Fields of the row that stopped it. */
  readonly fields: number;
}

/** What one pass over the rows of INSERTs came to. */
export interface InsertProgress {
  /** The parenthesis of the next row. */
  readonly position: number;
  readonly lines: number;
  /** Statements that ended before it. */
  readonly statements: number;
}

/** Rows after which columns of long texts are told. */
const trialRows = 2048;

/**
 * Measures the rows of many tables in the kernel's memory. By default every row is measured: a table of four
 * integers at 26 bytes a row, the slowest there is, passes at over 300 MB/s, wide rows at over 1 GB/s.
 */
export class TableMeasurer {
  readonly kernel: Kernel;
  readonly #sampleRows: number | undefined;
  readonly #tables = new Map<string, MeasuredTable>();
  readonly #pool: SketchPool;
  #current: MeasuredTable | undefined;
  #decode: DecodeText;
  #batchFill = 0;
  #presentSlots: number[] = [];
  #beginningLength = 0;

  constructor(options: { readonly sampleRows?: number; readonly decode: DecodeText }) {
    this.#sampleRows = options.sampleRows;
    this.#decode = options.decode;
    this.kernel = createKernel({
      admit: (keySlot, row, hash) =>
        this.#current?.sketches?.[keySlot]?.admit(row, hash, this.#current.weight),
      witness: (keySlot, row, hash) => this.#current?.sketches?.[keySlot]?.witness(row, hash),
    });
    this.#pool = new SketchPool(this.kernel);
  }

  /** How values become text from now on. */
  set decode(decode: DecodeText) {
    this.#decode = decode;
  }

  /** Makes a table the one that rows go to; `columns` are those of the rows, in their order. */
  begin(name: QualifiedName, columns: readonly Column[]): void {
    this.flush();
    const key = nameKey(name);
    const known = this.#tables.get(key);
    const keys =
      known?.keys ?? keyColumns(columns).map((index) => ({ column: columns[index]?.name ?? '', index }));
    const table = known ?? this.#newTable(name, keys);
    // Written to last goes last: the first of the map are those to make room.
    this.#tables.delete(key);
    this.#tables.set(key, table);
    this.#current = table;
    this.#pool.claim(table, this.#tables.values(), this.#decode);
    const { int32 } = this.kernel;
    int32.fill(-1, slotOfColumnAt / 4, slotOfColumnAt / 4 + maxColumns);
    this.#presentSlots = [];
    for (const [slot, { column }] of table.keys.entries()) {
      const index = columns.findIndex(({ name: candidate }) => candidate === column);
      if (index < 0 || (table.measured >= trialRows && table.sketches?.[slot]?.isWide === true)) continue;
      int32[slotOfColumnAt / 4 + index] = slot;
      this.#presentSlots.push(slot);
    }
  }

  /** Counts rows of a section whose table is not known, or none of its columns. */
  beginUnknown(): void {
    this.flush();
    this.#current = undefined;
    this.kernel.int32.fill(-1, slotOfColumnAt / 4, slotOfColumnAt / 4 + maxColumns);
  }

  /** How the rows that follow are written, and how many fields each has; -1 when nobody knows. */
  expect(copy: CopyTextFormat, fields: number): void {
    const { int32, uint64 } = this.kernel;
    // As the kernel reads short fields: at the upper end of eight bytes.
    const nullText = Buffer.from(copy.nullText).subarray(0, 8);
    const nullWord = Buffer.concat([Buffer.alloc(8 - nullText.length), nullText]);
    int32[format.delimiter / 4] = copy.delimiter;
    int32[format.columns / 4] = fields;
    int32[format.stripsCarriageReturn / 4] = copy.stripsCarriageReturn ? 1 : 0;
    int32[format.nullLength / 4] = copy.nullText.length > 8 ? -1 : nullText.length;
    int32[format.nullIsPlain / 4] = copy.nullText.includes('\\') ? 0 : 1;
    uint64[format.nullWord / 8] = nullWord.readBigUInt64LE(0);
  }

  /** Measures the complete rows of COPY text between two addresses of the kernel's memory. */
  copyText(start: number, end: number): CopyProgress {
    const table = this.#current;
    if (table?.plan !== undefined) return this.#copySample(table, table.plan, start, end);
    const { kernel } = this;
    let position = start;
    let lines = 0;
    for (;;) {
      const rows = kernel.parseRows(position, end, 0, batchRows);
      const next = kernel.int32[control.position / 4] ?? 0;
      const state = kernel.int32[control.status / 4] ?? 0;
      this.#decodeEscapes(rows, decodeCopyField);
      lines += rows + (kernel.int32[control.continued / 4] ?? 0);
      if (table !== undefined) {
        table.rows += rows;
        table.bytes += this.#batchBytes(rows);
        this.#batchFill = rows;
        this.#measureBatch(table);
      }
      position = next;
      if (state !== status.batchFull) return this.#progress(position, lines, state);
    }
  }

  /** The beginning that INSERTs into the current table share, up to the first row, and how many values a row has. */
  expectInserts(beginning: Uint8Array, fields: number): void {
    this.#beginningLength = beginning.length <= maxInsertBeginning ? beginning.length : 0;
    this.kernel.bytes.set(beginning.subarray(0, this.#beginningLength), insertBeginningAt);
    this.kernel.int32[format.columns / 4] = fields;
  }

  /** Measures what the kernel can read of the rows that begin at an address; see kernel-insert-rows.ts. */
  insertRows(start: number, end: number): InsertProgress {
    const { int32 } = this.kernel;
    const table = this.#current;
    let position = start;
    let lines = 0;
    let statements = 0;
    for (;;) {
      const isSkipping = table === undefined || table.skip > 0;
      const first = isSkipping ? 0 : this.#batchFill;
      const last = isSkipping ? Math.min(table?.skip ?? 2 ** 30, 2 ** 30) : table.plan ? 1 : batchRows;
      const fill = this.kernel.insertRows(
        position,
        end,
        first,
        last,
        isSkipping ? 0 : 1,
        this.#beginningLength,
      );
      position = int32[control.position / 4] ?? 0;
      lines += int32[control.continued / 4] ?? 0;
      statements += int32[control.statements / 4] ?? 0;
      if (table !== undefined) {
        table.rows += fill - first;
        table.bytes += int32[control.bytes / 4] ?? 0;
        if (isSkipping) table.skip -= fill;
        else {
          this.#decodeEscapes(fill, undoubleQuotes);
          this.#batchFill = fill;
        }
        this.#measureFull(table);
      }
      if (fill < last) return { position, lines, statements };
    }
  }

  /** Bytes of a row that were left out of the window. */
  addBytes(bytes: number): void {
    if (this.#current !== undefined) this.#current.bytes += bytes;
  }

  /** Begins a row whose fields come one by one; false when it is only counted. */
  beginRow(bytes: number): boolean {
    const table = this.#current;
    if (table === undefined) return false;
    table.rows++;
    table.bytes += bytes;
    if (table.plan === undefined) return true;
    if (table.skip > 0) {
      table.skip--;
      return false;
    }
    return true;
  }

  /** The key slot of a field, or -1. */
  slotOf(field: number): number {
    return field < maxColumns ? (this.kernel.int32[slotOfColumnAt / 4 + field] ?? -1) : -1;
  }

  /** A field of the row begun: its decoded bytes in the kernel's memory, or a length of -1 for NULL. */
  field(keySlot: number, address: number, length: number): void {
    this.#put((keySlot * batchRows + this.#batchFill) * 8, address, length);
  }

  /** A field of the row begun whose value the input does not tell. */
  unknownField(keySlot: number): void {
    this.field(keySlot, 0, unknownField);
    this.#current?.sketches?.[keySlot]?.leaveOut(this.#current.weight);
  }

  /** Key slots that the current section gives values for. */
  get keySlots(): readonly number[] {
    return this.#presentSlots;
  }

  endRow(bytes: number): void {
    const table = this.#current;
    if (table === undefined) return;
    this.kernel.int32[rowBytesAt / 4 + this.#batchFill] = bytes;
    this.#batchFill++;
    this.#measureFull(table);
  }

  /** Measures the rows whose fields lie in the window: before it moves, and before another table's rows. */
  flush(): void {
    if (this.#current !== undefined) this.#measureBatch(this.#current);
  }

  /** What was measured of every table. */
  *finish(): Generator<{ readonly table: QualifiedName; readonly statistics: TableStatistics }> {
    this.flush();
    for (const [key, table] of this.#tables) {
      this.#pool.release(table);
      const columns = table.keys.flatMap(({ column }, slot) => {
        const summary = table.summaries?.[slot];
        return summary === undefined || isWide(summary)
          ? []
          : [[column, columnStatistics(summary, table.rows)] as const];
      });
      this.#tables.delete(key);
      yield {
        table: table.name,
        statistics: {
          rows: table.rows,
          rowsProvenance: 'exact',
          bytes: table.bytes,
          sampledRows: table.measured,
          columns: Object.fromEntries(columns),
        },
      };
    }
  }

  #newTable(name: QualifiedName, keys: MeasuredTable['keys']): MeasuredTable {
    const plan = this.#sampleRows === undefined ? undefined : new SamplePlan(this.#sampleRows);
    const table: MeasuredTable = {
      ...{ name, keys, plan, rows: 0, bytes: 0, measured: 0 },
      ...{ sketches: undefined, summaries: undefined, skip: 0, weight: 1 },
    };
    if (plan !== undefined) this.#planNext(table, plan);
    return table;
  }

  #planNext(table: MeasuredTable, plan: SamplePlan): void {
    ({ skip: table.skip, weight: table.weight } = plan.next());
  }

  #copySample(table: MeasuredTable, plan: SamplePlan, start: number, end: number): CopyProgress {
    const { kernel } = this;
    let position = start;
    let lines = 0;
    for (;;) {
      const isSkipping = table.skip > 0;
      const rows = isSkipping
        ? kernel.skipRows(position, end, Math.min(table.skip, 2 ** 30))
        : kernel.parseRows(position, end, 0, 1);
      const next = kernel.int32[control.position / 4] ?? 0;
      const state = kernel.int32[control.status / 4] ?? 0;
      lines += rows + (kernel.int32[control.continued / 4] ?? 0);
      table.rows += rows;
      // The end marker's own bytes do not belong to a row.
      table.bytes += state === status.endOfData ? this.#endOfRows(next) - position : next - position;
      position = next;
      if (isSkipping) table.skip -= rows;
      else if (rows === 1) {
        this.#decodeEscapes(1, decodeCopyField);
        this.#batchFill = 1;
        this.#measureBatch(table);
        this.#planNext(table, plan);
      }
      if (state !== status.batchFull) return this.#progress(position, lines, state);
    }
  }

  #endOfRows(afterMarker: number): number {
    const hasCarriageReturn = this.kernel.bytes[afterMarker - 2] === 13;
    return afterMarker - (hasCarriageReturn ? 4 : 3);
  }

  #progress(position: number, lines: number, state: number): CopyProgress {
    const fields = this.kernel.int32[control.fields / 4] ?? 0;
    if (state === status.endOfData) return { position, lines: lines + 1, state: 'end-of-data', fields };
    return { position, lines, state: state === status.needMore ? 'need-more' : 'wrong-field-count', fields };
  }

  #measureBatch(table: MeasuredTable): void {
    const rows = this.#batchFill;
    if (rows === 0) return;
    const before = table.measured;
    // Columns that this section does not give have nothing in the batch.
    for (const keySlot of this.#presentSlots) table.sketches?.[keySlot]?.measure(rows, table.weight);
    table.measured += rows;
    this.#batchFill = 0;
    if (table.sketches?.some(({ isFull }) => isFull) === true) {
      this.#pool.release(table);
      this.#pool.claim(table, this.#tables.values(), this.#decode);
    }
    if (before < trialRows && table.measured >= trialRows) this.#dropWideColumns(table);
  }

  /** Stops measuring columns that turn out to hold long texts: these are no keys, and cost the most. */
  #dropWideColumns({ sketches }: MeasuredTable): void {
    const { int32 } = this.kernel;
    this.#presentSlots = this.#presentSlots.filter((slot) => sketches?.[slot]?.isWide !== true);
    for (let column = 0; column < maxColumns; column++) {
      const slot = int32[slotOfColumnAt / 4 + column] ?? -1;
      if (slot >= 0 && !this.#presentSlots.includes(slot)) int32[slotOfColumnAt / 4 + column] = -1;
    }
  }

  #measureFull(table: MeasuredTable): void {
    if (this.#batchFill === 0) return;
    if (table.plan !== undefined) {
      this.#measureBatch(table);
      this.#planNext(table, table.plan);
    } else if (this.#batchFill === batchRows) this.#measureBatch(table);
  }

  #batchBytes(rows: number): number {
    const { int32 } = this.kernel;
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += int32[rowBytesAt / 4 + row] ?? 0;
    return sum;
  }

  /** Decodes in place, and only in complete rows: the others are read again. */
  #decodeEscapes(rows: number, decode: typeof decodeCopyField): void {
    const { int32, bytes } = this.kernel;
    const escapes = int32[control.escapes / 4] ?? 0;
    for (let index = 0; index < escapes; index++) {
      const cell = int32[escapesAt / 4 + index] ?? 0;
      if ((cell / 8) % batchRows >= rows) continue;
      const address = int32[(fieldsAt + cell) / 4] ?? 0;
      const length = int32[(fieldsAt + cell) / 4 + 1] ?? 0;
      this.#put(cell, address, decode(bytes, address, length));
    }
  }

  #put(cell: number, address: number, length: number): void {
    this.kernel.int32[(fieldsAt + cell) / 4] = address;
    this.kernel.int32[(fieldsAt + cell) / 4 + 1] = length;
  }
}
