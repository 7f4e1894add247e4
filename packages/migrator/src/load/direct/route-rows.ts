import { type BinaryHash, binaryHash, type ValueHash, valueHash } from '@shardwright/hashing';
import type { CopyMessages } from '@shardwright/postgres';

/** Where the rows go: `bytes[start, end)` is one row in the format of the COPY. */
type TakeRow = (hash: number, bytes: Buffer, start: number, end: number) => void;

/** Finds the rows in messages and the hashes of their keys. One for each COPY, as the first message is another. */
export type RowRouter = (messages: CopyMessages, take: TakeRow) => void;

const messageHeaderBytes = 5;
/** Signature, flags and the length of an extension that nobody sends. */
const copyHeaderBytes = 19;

/** Makes routers for rows whose key is their column `index`, counted from 0; `undefined` for keys that cannot be hashed here. */
export function rowRouter(
  format: 'binary' | 'text',
  type: string,
  index: number,
): (() => RowRouter) | undefined {
  if (format === 'binary') {
    const hash = binaryHash(type);
    return hash && (() => binaryRouter(index, hash));
  }
  const hash = valueHash(type);
  return hash && (() => textRouter(index, hash));
}

function binaryRouter(index: number, hash: BinaryHash): RowRouter {
  let isFirst = true;
  return ({ bytes, start, end }, take) => {
    let at = start;
    while (at < end) {
      const next = at + 1 + bytes.readUInt32BE(at + 1);
      let row = at + messageHeaderBytes;
      if (isFirst) row += copyHeaderBytes;
      isFirst = false;
      at = next;
      // The trailer's count of columns is -1; the first byte of any other is below.
      if (row >= next || bytes[row] === 0xff) continue;
      let field = row + 2;
      for (let column = 0; column < index; column++) {
        const length = bytes.readInt32BE(field);
        field += 4 + (length > 0 ? length : 0);
      }
      const length = bytes.readInt32BE(field);
      if (length < 0) throw new RangeError('a row without a key was read to be placed');
      take(hash(bytes, field + 4, field + 4 + length), bytes, row, next);
    }
  };
}

const tab = 0x09;
const backslash = '\\';

function textRouter(index: number, hash: ValueHash): RowRouter {
  return ({ bytes, start, end }, take) => {
    let at = start;
    while (at < end) {
      const next = at + 1 + bytes.readUInt32BE(at + 1);
      const row = at + messageHeaderBytes;
      at = next;
      take(hashTextKey({ bytes, start: row, end: next }, index, hash), bytes, row, next);
    }
  };
}

/** A row of COPY's text format, its newline included. */
export interface TextRow {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A row's key that is NULL, or not written as servers write its type. */
export class UnreadableKey extends Error {}

/** The hash of a row's column `index`, counted from 0. Throws {@link UnreadableKey}. */
export function hashTextKey(row: TextRow, index: number, hash: ValueHash): number {
  const text = textField(row, index);
  const value = text === undefined ? undefined : hash(text);
  if (value === undefined) throw new UnreadableKey('a key was read that cannot be hashed');
  return value;
}

/** The value of a row's column `index`, counted from 0; `undefined` for NULL. */
export function textField({ bytes, start, end }: TextRow, index: number): string | undefined {
  let from = start;
  for (let column = 0; column < index; column++) from = bytes.indexOf(tab, from) + 1;
  const found = bytes.indexOf(tab, from);
  // The last column ends with the line.
  const to = found < 0 || found >= end ? end - 1 : found;
  return withoutEscapes(bytes.toString('utf8', from, to));
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A value of COPY's text format; `undefined` for NULL. */
function withoutEscapes(field: string): string | undefined {
  if (!field.includes(backslash)) return field;
  if (field === '\\N') return undefined;
  return field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
}
