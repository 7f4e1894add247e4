/** What text can be enclosed in, so that a semicolon in it ends nothing. */
export type EnclosureKind =
  | 'line-comment'
  | 'block-comment'
  | 'string'
  | 'escape-string'
  | 'quoted-name'
  | 'dollar-string';

const names: Readonly<Record<EnclosureKind, string>> = {
  'line-comment': 'comment',
  'block-comment': 'comment (/*)',
  string: "string (')",
  'escape-string': "string (E')",
  'quoted-name': 'quoted name (")',
  'dollar-string': 'dollar-quoted string',
};

const [newline, doubleQuote, quote, star, slash, backslash] = [10, 34, 39, 42, 47, 92];

/** A comment, string or quoted name at hand, and how far it has been read. */
export class Enclosure {
  readonly kind: EnclosureKind;
  /** Where it was opened. */
  readonly openedAtLine: number;
  readonly #tag: Buffer;
  /** Comments that are open within each other. */
  #depth = 1;
  at: number;
  line: number;

  /** `at` is behind the opening mark, which for a dollar-quoted string is its `tag`. */
  constructor(
    kind: EnclosureKind,
    place: { readonly at: number; readonly line: number },
    tag: Buffer = Buffer.alloc(0),
  ) {
    this.kind = kind;
    this.at = place.at;
    this.line = place.line;
    this.openedAtLine = place.line;
    this.#tag = tag;
  }

  /** For people. */
  get name(): string {
    return names[this.kind];
  }

  /** Goes to its end; false when that lies beyond `end`. */
  leave(bytes: Buffer, end: number, isLast: boolean): boolean {
    switch (this.kind) {
      case 'line-comment':
        return this.#leaveLineComment(bytes, end);
      case 'block-comment':
        return this.#leaveBlockComment(bytes, end);
      case 'string':
      case 'quoted-name':
      case 'escape-string':
        return this.#leaveQuotes(bytes, end, isLast);
      case 'dollar-string':
        return this.#leaveDollars(bytes, end);
      default:
        return this.kind satisfies never;
    }
  }

  #leaveLineComment(bytes: Buffer, end: number): boolean {
    while (this.at < end) {
      if (bytes[this.at] === newline) {
        return true;
      }
      this.at++;
    }
    return false;
  }

  #leaveBlockComment(bytes: Buffer, end: number): boolean {
    while (this.at < end) {
      const byte = bytes[this.at];
      if (byte === newline) this.line++;
      else if (byte === star || byte === slash) {
        if (this.at + 1 >= end) return false;
        const second = bytes[this.at + 1];
        if (byte === star && second === slash) {
          this.at += 2;
          if (--this.#depth > 0) continue;
          return true;
        }
        if (byte === slash && second === star) {
          this.#depth++;
          this.at++;
        }
      }
      this.at++;
    }
    return false;
  }

  #leaveQuotes(bytes: Buffer, end: number, isLast: boolean): boolean {
    const mark = this.kind === 'quoted-name' ? doubleQuote : quote;
    const escapes = this.kind === 'escape-string';
    let at = this.at;
    let line = this.line;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === newline) line++;
      else if (byte === mark) {
        if (at + 1 >= end && !isLast) break;
        if (at + 1 < end && bytes[at + 1] === mark) {
          at++;
          continue;
        }
        this.at = at + 1;
        this.line = line;
        return true;
      } else if (escapes && byte === backslash) {
        if (at + 1 >= end) break;
        if (bytes[++at] === newline) line++;
      }
    }
    this.at = at;
    this.line = line;
    return false;
  }

  #leaveDollars(bytes: Buffer, end: number): boolean {
    const found = bytes.subarray(this.at, end).indexOf(this.#tag);
    const stop = found >= 0 ? this.at + found : Math.max(this.at, end - this.#tag.length + 1);
    const passed = bytes.subarray(this.at, stop);
    for (let at = passed.indexOf(newline); at >= 0; at = passed.indexOf(newline, at + 1)) this.line++;
    this.at = stop;
    if (found < 0) return false;
    this.at += this.#tag.length;
    return true;
  }
}
