import { nameKey, type QualifiedName } from '@shardwright/core';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';
import type { DecodeText } from './column-sketch.ts';
import { columnStatistics, isWide } from './column-summary.ts';
import { decodeCopyField, undoubleQuotes } from './copy-escapes.ts';
import { type CopyTextFormat, writeCopyFormat } from './copy-format.ts';
import { createKernel, type Kernel } from './kernel.ts';
import {
  batchRows,
  control,
  format,
  insertBeginningAt,
  maxInsertBeginning,
  status,
  unknownField,
} from './kernel-layout.ts';
import { keyColumns } from './key-columns.ts';
import { type MeasuredTable, newMeasuredTable, planNext } from './measured-table.ts';
import { RowBatch } from './row-batch.ts';
import { SketchPool } from './sketch-pool.ts';

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

/**
 * Measures the rows of many tables in the kernel's memory. By default every row is measured: a table of four
 * integers at 26 bytes a row, the slowest there is, passes at over 300 MB/s, wide rows at over 1 GB/s.
 */
export class TableMeasurer {
  readonly kernel: Kernel;
  readonly #sampleRows: number | undefined;
  readonly #tables = new Map<string, MeasuredTable>();
  readonly #pool: SketchPool;
  readonly #batch: RowBatch;
  #current: MeasuredTable | undefined;
  #decode: DecodeText;
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
    this.#batch = new RowBatch(this.kernel, (table) => {
      this.#pool.release(table);
      this.#claim(table);
    });
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
    const table = known ?? newMeasuredTable(name, keys, this.#sampleRows);
    // Written to last goes last: the first of the map are those to make room.
    this.#tables.delete(key);
    this.#tables.set(key, table);
    this.#current = table;
    this.#claim(table);
    this.#batch.chooseColumns(table, columns);
  }

  /** Counts rows of a section whose table is not known, or none of its columns. */
  beginUnknown(): void {
    this.flush();
    this.#current = undefined;
    this.#batch.chooseColumns(undefined, []);
  }

  /** How the rows that follow are written, and how many fields each has; -1 when nobody knows. */
  expect(copy: CopyTextFormat, fields: number): void {
    writeCopyFormat(this.kernel, copy, fields);
  }

  /** Measures the complete rows of COPY text between two addresses of the kernel's memory. */
  copyText(start: number, end: number): CopyProgress {
    const table = this.#current;
    if (table?.plan !== undefined) return this.#copySample(table, start, end);
    const { kernel } = this;
    let position = start;
    let lines = 0;
    for (;;) {
      const rows = kernel.parseRows(position, end, 0, batchRows);
      const next = kernel.int32[control.position / 4] ?? 0;
      const state = kernel.int32[control.status / 4] ?? 0;
      this.#batch.decodeEscapes(rows, decodeCopyField);
      lines += rows + (kernel.int32[control.continued / 4] ?? 0);
      if (table !== undefined) {
        table.rows += rows;
        table.bytes += this.#batch.bytesOf(rows);
        this.#batch.fill = rows;
        this.#batch.measure(table);
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
      const first = isSkipping ? 0 : this.#batch.fill;
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
          this.#batch.decodeEscapes(fill, undoubleQuotes);
          this.#batch.fill = fill;
        }
        this.#batch.measureWhenFull(table);
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
    return this.#batch.slotOf(field);
  }

  /** A field of the row begun: its decoded bytes in the kernel's memory, or a length of -1 for NULL. */
  field(keySlot: number, address: number, length: number): void {
    this.#batch.put(keySlot, address, length);
  }

  /** A field of the row begun whose value the input does not tell. */
  unknownField(keySlot: number): void {
    this.field(keySlot, 0, unknownField);
    this.#current?.sketches?.[keySlot]?.leaveOut(this.#current.weight);
  }

  /** Key slots that the current section gives values for. */
  get keySlots(): readonly number[] {
    return this.#batch.slots;
  }

  endRow(bytes: number): void {
    const table = this.#current;
    if (table === undefined) return;
    this.#batch.endRow(bytes);
    this.#batch.measureWhenFull(table);
  }

  /** Measures the rows whose fields lie in the window: before it moves, and before another table's rows. */
  flush(): void {
    if (this.#current !== undefined) this.#batch.measure(this.#current);
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

  #claim(table: MeasuredTable): void {
    this.#pool.claim(table, this.#tables.values(), this.#decode);
  }

  #copySample(table: MeasuredTable, start: number, end: number): CopyProgress {
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
        this.#batch.decodeEscapes(1, decodeCopyField);
        this.#batch.fill = 1;
        this.#batch.measure(table);
        planNext(table);
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
}
