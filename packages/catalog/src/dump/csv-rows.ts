import type { TableMeasurer } from '../measure/index.ts';
import type { CopyStatement } from './copy-statement.ts';

const [newline, carriageReturn] = [10, 13];
const maxFields = 2048;

/** Measures the rows of `COPY … (FORMAT csv)` data; hand-written scripts have them, pg_dump never does. */
export class CsvRows {
  readonly #measurer: TableMeasurer;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #nullText: Buffer;
  readonly #starts = new Int32Array(maxFields);
  readonly #ends = new Int32Array(maxFields);
  readonly #quoted = new Uint8Array(maxFields);
  #isHeader: boolean;

  constructor(measurer: TableMeasurer, copy: CopyStatement) {
    this.#measurer = measurer;
    this.#delimiter = copy.delimiter.charCodeAt(0);
    this.#quote = copy.quote.charCodeAt(0);
    this.#escape = copy.escape.charCodeAt(0);
    this.#nullText = Buffer.from(copy.nullText);
    this.#isHeader = copy.hasHeader;
  }

  /** Reads the complete rows from `start` on, to the end marker or as far as they go. */
  read(bytes: Buffer, start: number, end: number): { position: number; lines: number; isDone: boolean } {
    let position = start;
    let lines = 0;
    for (;;) {
      const stop = this.#rowEnd(bytes, position, end);
      if (stop < 0) return { position, lines, isDone: false };
      for (let at = position; at <= stop; at++) if (bytes[at] === newline) lines++;
      const last = stop > position && bytes[stop - 1] === carriageReturn ? stop - 1 : stop;
      const isMarker = last - position === 2 && bytes.toString('latin1', position, last) === '\\.';
      if (isMarker) return { position: stop + 1, lines, isDone: true };
      if (this.#isHeader) this.#isHeader = false;
      else this.#measure(bytes, position, last, stop + 1 - position);
      position = stop + 1;
    }
  }

  #rowEnd(bytes: Buffer, start: number, end: number): number {
    let isQuoted = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === newline && !isQuoted) return at;
      if (isQuoted && byte === this.#escape && this.#escape !== this.#quote) at++;
      // A doubled quote ends the quotes and begins them again.
      else if (byte === this.#quote) isQuoted = !isQuoted;
    }
    return -1;
  }

  #measure(bytes: Buffer, start: number, end: number, size: number): void {
    if (!this.#measurer.beginRow(size)) return;
    const fields = this.#split(bytes, start, end);
    for (const slot of this.#measurer.keySlots) this.#measurer.field(slot, 0, -1);
    for (let field = 0; field < fields; field++) {
      const slot = this.#measurer.slotOf(field);
      if (slot < 0) continue;
      const from = this.#starts[field] ?? 0;
      const to = this.#ends[field] ?? 0;
      const isQuoted = this.#quoted[field] === 1;
      if (!isQuoted && bytes.subarray(from, to).equals(this.#nullText)) continue;
      this.#measurer.field(slot, from, isQuoted ? this.#decode(bytes, from, to) : to - from);
    }
    this.#measurer.endRow(size);
  }

  #split(bytes: Buffer, start: number, end: number): number {
    let fields = 0;
    let isQuoted = false;
    let from = start;
    this.#quoted[0] = 0;
    for (let at = start; at <= end; at++) {
      const byte = bytes[at];
      if (at === end || (byte === this.#delimiter && !isQuoted)) {
        this.#starts[fields] = from;
        this.#ends[fields] = at;
        if (++fields === maxFields) return fields;
        this.#quoted[fields] = 0;
        from = at + 1;
      } else if (isQuoted && byte === this.#escape && this.#escape !== this.#quote) at++;
      else if (byte === this.#quote) {
        isQuoted = !isQuoted;
        this.#quoted[fields] = 1;
      }
    }
    return fields;
  }

  #decode(bytes: Buffer, start: number, end: number): number {
    let to = start;
    let isQuoted = false;
    for (let from = start; from < end; from++) {
      const byte = bytes[from] ?? 0;
      const next = bytes[from + 1];
      if (
        isQuoted &&
        byte === this.#escape &&
        from + 1 < end &&
        (next === this.#quote || next === this.#escape)
      ) {
        bytes[to++] = next;
        from++;
      } else if (byte === this.#quote) isQuoted = !isQuoted;
      else bytes[to++] = byte;
    }
    return to - start;
  }
}
