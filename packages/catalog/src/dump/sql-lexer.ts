import { InputError } from '@shardwright/core';
import { Enclosure, type EnclosureKind } from './enclosure.ts';
import type { LexEvent } from './lex-event.ts';
import { StatementShape } from './statement-shape.ts';

const [newline, space, doubleQuote, dollar, quote] = [10, 32, 34, 36, 39];
const [open, close, star, dash, slash, semicolon, backslash] = [40, 41, 42, 45, 47, 59, 92];

// 1: begins a word; 2: continues one.
const wordClass = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const isLetter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95 || byte >= 128;
  wordClass[byte] = isLetter ? 1 : (byte >= 48 && byte <= 57) || byte === dollar ? 2 : 0;
}

/** Identifiers are cut at 63 bytes; a tag this long is no tag. */
const longestTag = 256;

/**
 * Splits SQL text, given piece by piece, at the semicolons where psql would: not inside strings, comments,
 * parentheses (rules with several actions) or the body of `CREATE FUNCTION … BEGIN ATOMIC … END`.
 */
export class SqlLexer {
  readonly #input: string;
  /** The comment or string that is open. */
  #enclosure: Enclosure | undefined;
  /** Where to read on. */
  #at = 0;
  #line: number;
  #start = -1;
  #startLine = 1;
  #shape = new StatementShape();
  #commentStart = -1;
  /** The end of a lone `E`, and the line where an E'…' string ended: what makes the next quote an escape string. */
  #escapeWordEnd = -1;
  #escapeStringLine = -1;
  #tookInsert = false;
  /** Off only by SET in old or unusual dumps: then backslashes escape in plain strings too. */
  standardConformingStrings = true;

  constructor(input: string, line = 1) {
    this.#input = input;
    this.#line = line;
  }

  /** Where the next event will be looked for, and its line. */
  get at(): number {
    return this.#at;
  }
  get line(): number {
    return this.#line;
  }

  /** Goes on somewhere else, at the beginning of a statement: after data that others read. */
  jump(at: number, line: number): void {
    this.#at = at;
    this.#line = line;
    this.#reset();
  }

  /** The bytes have moved towards the front. */
  shift(by: number): void {
    this.#at -= by;
    if (this.#start >= 0) this.#start -= by;
    if (this.#commentStart >= 0) this.#commentStart -= by;
    if (this.#enclosure !== undefined) this.#enclosure.at -= by;
    this.#escapeWordEnd -= by;
  }

  /** The statement at hand is too long to hold. */
  tooLong(bytes: number): InputError {
    const megabytes = Math.round(bytes / 1024 / 1024);
    const open = this.#enclosure;
    const what = open ? `; the ${open.name} opened on line ${open.openedAtLine} does not end` : '';
    return new InputError(
      `the statement that begins here is longer than ${megabytes} MB${what}`,
      { input: this.#input, line: this.#start >= 0 ? this.#startLine : (open?.openedAtLine ?? this.#line) },
      { hint: 'Look for a quote or parenthesis without its partner at this line.' },
    );
  }

  /** The next event in `bytes` before `end`; `isLast` when nothing follows. */
  next(bytes: Buffer, end: number, isLast: boolean): LexEvent {
    for (;;) {
      if (this.#enclosure !== undefined) {
        const open = this.#enclosure;
        if (!this.#leave(open, bytes, end, isLast)) return this.#more();
        if (this.#commentStart >= 0) {
          const text = bytes.toString('utf8', this.#commentStart, this.#at).trimEnd();
          this.#commentStart = -1;
          return { kind: 'comment', text, line: open.openedAtLine };
        }
        continue;
      }
      if (this.#at >= end) return isLast ? this.#finish(end) : this.#more();
      const byte = bytes[this.#at] ?? 0;
      if (byte === newline) {
        this.#line++;
        this.#at++;
        continue;
      }
      if (byte <= space) {
        if (byte === 0) throw this.#zeroByte();
        this.#at++;
        continue;
      }
      const isShort = this.#at + 1 >= end && !isLast;
      if (byte === dash || byte === slash) {
        if (isShort) return this.#more();
        const second = this.#at + 1 < end ? bytes[this.#at + 1] : 0;
        if (byte === dash && second === dash) {
          if (this.#start < 0) this.#commentStart = this.#at;
          this.#enter('line-comment', 2);
          continue;
        }
        if (byte === slash && second === star) {
          this.#enter('block-comment', 2);
          continue;
        }
      }
      if (byte === backslash) {
        const event = this.#metaCommand(bytes, end, isLast);
        if (event !== undefined) return event;
        continue;
      }
      if (byte === semicolon && !this.#shape.isInside) {
        const event = this.#start < 0 ? undefined : this.#statement(this.#at);
        this.#at++;
        if (event !== undefined) return event;
        continue;
      }
      if (this.#start < 0) {
        this.#start = this.#at;
        this.#startLine = this.#line;
      }
      if (wordClass[byte] === 1) {
        const wordEnd = this.#wordEnd(bytes, end);
        if (wordEnd === end && !isLast) return this.#more();
        const isFirst = this.#at === this.#start;
        this.#word(bytes, wordEnd);
        this.#at = wordEnd;
        if (isFirst && this.#shape.words[0] === 'insert' && !this.#tookInsert) {
          this.#tookInsert = true;
          return { kind: 'insert', start: this.#start, line: this.#startLine };
        }
        continue;
      }
      if (byte === dollar) {
        const tagEnd = this.#tagEnd(bytes, end, isLast);
        if (tagEnd === undefined) return this.#more();
        if (tagEnd > 0) {
          const tag = Buffer.from(bytes.subarray(this.#at, tagEnd));
          this.#enter('dollar-string', tag.length, tag);
          continue;
        }
      } else if (byte === quote) {
        const isEscape =
          !this.standardConformingStrings ||
          this.#escapeWordEnd === this.#at ||
          // SQL joins strings over a line break, and what follows is of the first one's kind.
          (this.#escapeStringLine >= 0 && this.#escapeStringLine < this.#line);
        this.#enter(isEscape ? 'escape-string' : 'string', 1);
        continue;
      } else if (byte === doubleQuote) {
        this.#enter('quoted-name', 1);
        continue;
      } else if (byte === open) this.#shape.open();
      else if (byte === close) this.#shape.close();
      this.#escapeStringLine = -1;
      this.#at++;
      // Digits and the letters after them are no words: `1e5`, and `$1` has no tag.
      if (wordClass[byte] === 2) {
        const wordEnd = this.#wordEnd(bytes, end);
        if (wordEnd === end && !isLast) {
          this.#at--;
          return this.#more();
        }
        this.#at = wordEnd;
      }
    }
  }

  #more(): LexEvent {
    const kept = this.#start >= 0 ? this.#start : this.#commentStart >= 0 ? this.#commentStart : this.#at;
    return { kind: 'more', keepFrom: kept };
  }

  #reset(): void {
    this.#start = -1;
    this.#shape = new StatementShape();
    this.#tookInsert = false;
    this.#escapeStringLine = -1;
  }

  #statement(end: number): LexEvent {
    const event = {
      kind: 'statement',
      start: this.#start,
      end,
      line: this.#startLine,
      words: this.#shape.words,
    } as const;
    this.#reset();
    return event;
  }

  #finish(end: number): LexEvent {
    return this.#start < 0 ? { kind: 'end' } : this.#statement(end);
  }

  #enter(kind: EnclosureKind, length: number, tag?: Buffer): void {
    this.#at += length;
    this.#enclosure = new Enclosure(kind, { at: this.#at, line: this.#line }, tag);
  }

  /** Goes to the end of the comment or string at hand; false when more bytes must tell where that is. */
  #leave(open: Enclosure, bytes: Buffer, end: number, isLast: boolean): boolean {
    const isLeft = open.leave(bytes, end, isLast);
    this.#at = open.at;
    this.#line = open.line;
    if (!isLeft && !isLast) return false;
    if (!isLeft && open.kind !== 'line-comment') throw this.#unterminated(open);
    this.#enclosure = undefined;
    if (open.kind === 'escape-string') this.#escapeStringLine = open.line;
    else if (open.kind === 'string' || open.kind === 'quoted-name') this.#escapeStringLine = -1;
    return true;
  }

  #unterminated(open: Enclosure): InputError {
    return new InputError(
      `the ${open.name} that begins here has no end`,
      { input: this.#input, line: open.openedAtLine },
      {
        hint: 'The file is cut off, or a quote is missing. Make the dump again, or close what is open at this line.',
      },
    );
  }

  #zeroByte(): InputError {
    return new InputError(
      'a zero byte stands between statements',
      { input: this.#input, line: this.#line },
      {
        hint: 'SQL text holds no zero bytes: the file was damaged or only partly copied. Make the dump again.',
      },
    );
  }

  #wordEnd(bytes: Buffer, end: number): number {
    let at = this.#at;
    while (at < end && (wordClass[bytes[at] ?? 0] ?? 0) !== 0) at++;
    return at;
  }

  #word(bytes: Buffer, end: number): void {
    const length = end - this.#at;
    this.#escapeStringLine = -1;
    if (length === 1 && ((bytes[this.#at] ?? 0) | 32) === 101) this.#escapeWordEnd = end;
    this.#shape.word(() => bytes.toString('latin1', this.#at, Math.min(end, this.#at + 64)).toLowerCase());
  }

  /** The end of `$tag$`, 0 when there is none, undefined when more bytes must tell. */
  #tagEnd(bytes: Buffer, end: number, isLast: boolean): number | undefined {
    let at = this.#at + 1;
    while (at < end && bytes[at] !== dollar) {
      const kind = wordClass[bytes[at] ?? 0];
      if (kind === 0 || (kind === 2 && at === this.#at + 1) || at - this.#at > longestTag) return 0;
      at++;
    }
    if (at >= end) return isLast ? 0 : undefined;
    return at + 1;
  }

  #metaCommand(bytes: Buffer, end: number, isLast: boolean): LexEvent | undefined {
    let at = this.#at;
    const separates = (): boolean => at > this.#at && bytes[at] === backslash && bytes[at + 1] === backslash;
    while (at < end && bytes[at] !== newline && !separates()) at++;
    if (at + 1 >= end && !isLast) return this.#more();
    const command = bytes.toString('latin1', this.#at, Math.min(at, this.#at + 16));
    // `\;` joins statements into one query; for a reader it ends one like any semicolon.
    if (command.startsWith('\\;')) {
      const event = this.#start < 0 ? undefined : this.#statement(this.#at);
      this.#at += 2;
      return event;
    }
    // `\g` and its kin send what was written so far: first that statement, then the command.
    const sends = /^\\(g|gx|gset|gexec|gdesc|crosstabview|watch)\b/.test(command);
    if (this.#start >= 0 && sends) return this.#statement(this.#at);
    const text = bytes.toString('utf8', this.#at, at).trimEnd();
    const following = bytes[at] === backslash ? at + 2 : at;
    // Within a statement psql takes the command out of it.
    if (this.#start >= 0) bytes.fill(space, this.#at, following);
    this.#at = following;
    return { kind: 'psql', text, line: this.#line };
  }
}
