import { decodeCopyField, type TableMeasurer } from '../measure/index.ts';

/** The part of an INSERT before its rows. */
export interface InsertPrefix {
  readonly schema?: string;
  readonly name: string;
  readonly columns?: readonly string[];
  /** Bytes up to the first row's parenthesis. */
  readonly length: number;
}

const name = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const prefixPattern = new RegExp(
  String.raw`insert\s+into\s+(?:(${name})\s*\.\s*)?(${name})\s*(?:\(\s*(${name}(?:\s*,\s*${name})*)\s*\)\s*)?` +
    String.raw`(?:overriding\s+(?:system|user)\s+value\s+)?values\s*(?=\()`,
  'iy',
);
/** A prefix names at most 1,600 columns of at most 63 bytes, quoted. */
const longestPrefix = 128 * 1024;

/** Reads `INSERT INTO t (…) VALUES`; `more` when its end is not at hand, undefined for any other kind of INSERT. */
export function readInsertPrefix(
  bytes: Buffer,
  start: number,
  end: number,
): InsertPrefix | 'more' | undefined {
  const text = bytes.toString('utf8', start, Math.min(end, start + longestPrefix));
  prefixPattern.lastIndex = 0;
  const match = prefixPattern.exec(text);
  if (match === null) return text.includes(';') || end - start >= longestPrefix ? undefined : 'more';
  const [whole, schema, table = '', columns] = match;
  return {
    name: unquote(table),
    ...(schema === undefined ? {} : { schema: unquote(schema) }),
    ...(columns === undefined
      ? {}
      : { columns: [...columns.matchAll(new RegExp(name, 'g'))].map(([one]) => unquote(one)) }),
    length: Buffer.byteLength(whole),
  };
}

function unquote(identifier: string): string {
  return identifier.startsWith('"')
    ? identifier.slice(1, -1).replaceAll('""', '"')
    : identifier.toLowerCase();
}

/** Where reading an INSERT's rows stopped. */
export interface RowsProgress {
  /** The next row's parenthesis, or what follows the last row. */
  readonly position: number;
  readonly line: number;
  /** Statements that ended on the way, each followed by one that begins like it. */
  readonly statements: number;
  readonly state: 'more' | 'done';
}

interface RowsOptions {
  readonly line: number;
  readonly isLast: boolean;
  readonly standardConformingStrings: boolean;
}

const [newline, quote, open, close, star, comma, dash, slash, backslash] = [
  10, 39, 40, 41, 42, 44, 45, 47, 92,
];
const [plain, escaped, expression] = [0, 1, 2];
const maxFields = 2048;

/**
 * Measures the rows of `VALUES (…), (…)`: plain ones by the kernel, many at a time, and here the others. Only literals are values; what an expression gives is not known, and
 * such a row's column counts as not measured.
 */
export class InsertRows {
  readonly #measurer: TableMeasurer;
  #standardStrings = true;
  // Spans of the row's fields; they are decoded in place only when the whole row is at hand.
  readonly #starts = new Int32Array(maxFields);
  readonly #ends = new Int32Array(maxFields);
  readonly #kinds = new Uint8Array(maxFields);
  #at = 0;
  #line = 0;

  constructor(measurer: TableMeasurer) {
    this.#measurer = measurer;
  }

  /** Reads rows from a parenthesis on. `isLast` tells that nothing follows `end`. */
  read(bytes: Buffer, start: number, end: number, options: RowsOptions): RowsProgress {
    this.#standardStrings = options.standardConformingStrings;
    let position = start;
    let line = options.line;
    let statements = 0;
    for (;;) {
      if (this.#standardStrings) {
        const plainRows = this.#measurer.insertRows(position, end);
        position = plainRows.position;
        line += plainRows.lines;
        statements += plainRows.statements;
      }
      this.#at = position;
      this.#line = line;
      const fields = this.#row(bytes, end);
      if (fields < 0 || !this.#space(bytes, end, options.isLast))
        return { position, line, statements, state: 'more' };
      const isFollowed = bytes[this.#at] === comma && this.#at < end;
      if (isFollowed) {
        this.#at++;
        if (!this.#space(bytes, end, false)) return { position, line, statements, state: 'more' };
      }
      this.#measure(bytes, fields);
      position = this.#at;
      line = this.#line;
      if (!isFollowed || bytes[position] !== open) return { position, line, statements, state: 'done' };
    }
  }

  /** The number of fields of the row at hand; -1 when it does not end before `end`. */
  #row(bytes: Buffer, end: number): number {
    this.#at++;
    for (let field = 0; ; field++) {
      if (!this.#space(bytes, end, false)) return -1;
      const at = Math.min(field, maxFields - 1);
      const first = bytes[this.#at] ?? 0;
      const isEscape = (first | 32) === 101 && bytes[this.#at + 1] === quote;
      if (this.#at + 1 >= end) return -1;
      if (first === quote || isEscape) {
        if (isEscape) this.#at++;
        this.#starts[at] = this.#at + 1;
        const isPlain = this.#string(bytes, end, isEscape || !this.#standardStrings);
        if (isPlain === undefined) return -1;
        this.#ends[at] = this.#at - 1;
        this.#kinds[at] = isPlain ? plain : escaped;
        if (!this.#space(bytes, end, false)) return -1;
        // A cast leaves the literal as it is.
        if (bytes[this.#at] === 58) {
          if (!this.#skip(bytes, end)) return -1;
        } else if (bytes[this.#at] !== comma && bytes[this.#at] !== close) {
          this.#kinds[at] = expression;
          if (!this.#skip(bytes, end)) return -1;
        }
      } else {
        this.#starts[at] = this.#at;
        if (!this.#skip(bytes, end)) return -1;
        let stop = this.#at;
        while ((bytes[stop - 1] ?? 0) <= 32) stop--;
        this.#ends[at] = stop;
        this.#kinds[at] = isNumberOrWord(bytes, this.#starts[at] ?? 0, stop) ? plain : expression;
      }
      if (bytes[this.#at++] === close) return field + 1;
    }
  }

  /** Passes over white space and comments; false when `end` comes first. */
  #space(bytes: Buffer, end: number, mayEnd: boolean): boolean {
    while (this.#at < end) {
      const byte = bytes[this.#at] ?? 0;
      if (byte === newline) this.#line++;
      if (byte > 32) {
        if (byte !== dash && byte !== slash) return true;
        if (this.#at + 1 >= end) return mayEnd;
        const second = bytes[this.#at + 1];
        const isLine = byte === dash && second === dash;
        if (!isLine && !(byte === slash && second === star)) return true;
        const stop = bytes.subarray(this.#at, end).indexOf(isLine ? '\n' : '*/');
        if (stop < 0) return mayEnd;
        this.#passLines(bytes, this.#at, this.#at + stop);
        this.#at += stop + (isLine ? 0 : 2);
        continue;
      }
      this.#at++;
    }
    return mayEnd;
  }

  #passLines(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) if (bytes[at] === newline) this.#line++;
  }

  /** Passes over a string; whether its bytes are its value, or undefined when `end` comes first. */
  #string(bytes: Buffer, end: number, escapes: boolean): boolean | undefined {
    let isPlain = true;
    let at = this.#at + 1;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        if (at + 1 >= end) return undefined;
        if (bytes[at + 1] !== quote) {
          this.#at = at + 1;
          return isPlain;
        }
        isPlain = false;
        at++;
      } else if (byte === newline) this.#line++;
      else if (escapes && byte === backslash) {
        isPlain = false;
        at++;
      }
    }
    return undefined;
  }

  /** Passes over an expression to the comma or parenthesis after it; false when `end` comes first. */
  #skip(bytes: Buffer, end: number): boolean {
    for (let depth = 0; this.#at < end; this.#at++) {
      const byte = bytes[this.#at] ?? 0;
      if (byte === newline) this.#line++;
      else if (byte === quote) {
        const isEscape = ((bytes[this.#at - 1] ?? 0) | 32) === 101;
        if (this.#string(bytes, end, isEscape || !this.#standardStrings) === undefined) return false;
        this.#at--;
      } else if (byte === 34) {
        const stop = bytes.subarray(this.#at + 1, end).indexOf(34);
        if (stop < 0) return false;
        this.#at += stop + 1;
      } else if (byte === open || byte === 91) depth++;
      else if (depth > 0 && (byte === close || byte === 93)) depth--;
      else if (depth === 0 && (byte === comma || byte === close)) return true;
    }
    return false;
  }

  #measure(bytes: Buffer, fields: number): void {
    const counted = Math.min(fields, maxFields);
    let size = fields;
    for (let field = 0; field < counted; field++)
      size += (this.#ends[field] ?? 0) - (this.#starts[field] ?? 0);
    if (!this.#measurer.beginRow(size)) return;
    for (const slot of this.#measurer.keySlots) this.#measurer.field(slot, 0, -1);
    for (let field = 0; field < counted; field++) {
      const slot = this.#measurer.slotOf(field);
      if (slot < 0) continue;
      const start = this.#starts[field] ?? 0;
      const end = this.#ends[field] ?? 0;
      const kind = this.#kinds[field];
      if (kind === expression) this.#measurer.unknownField(slot);
      else if (!isNull(bytes, start, end)) {
        const escapes = !this.#standardStrings || ((bytes[start - 2] ?? 0) | 32) === 101;
        const length = kind === escaped ? decodeLiteral(bytes, start, end, escapes) : end - start;
        this.#measurer.field(slot, start, length);
      }
    }
    this.#measurer.endRow(size);
  }
}

function isNull(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === 4 &&
    bytes[start - 1] !== quote &&
    bytes.toString('latin1', start, end).toLowerCase() === 'null'
  );
}

function isNumberOrWord(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isDigit = byte >= 48 && byte <= 57;
    if (!isDigit && byte !== 45 && byte !== 46 && byte !== 43 && (byte | 32) !== 101) {
      return end - start <= 5 && /^(null|true|false)$/i.test(bytes.toString('latin1', start, end));
    }
  }
  return end > start;
}

/** Decodes the inside of a string literal in place: doubled quotes, and the escapes of E'…'. */
function decodeLiteral(bytes: Buffer, start: number, end: number, escapes: boolean): number {
  let to = start;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] ?? 0;
    bytes[to++] = byte;
    if (byte === quote) from++;
    else if (byte === backslash && escapes) bytes[to++] = bytes[++from] ?? 0;
  }
  // The escapes of E'…' are those of COPY, but for \u, which no dump holds.
  return escapes ? decodeCopyField(bytes, start, to - start) : to - start;
}
