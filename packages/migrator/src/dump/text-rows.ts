import type { ValueHash } from '@shardwright/hashing';
import { hashTextKey, type RowRouter, type TextRow, textField } from '../load/direct/route-rows.ts';

const newline = 10;
const backslash = 92;

/** Room that a chunk leaves in front of its rows for the header of a message: so it is sent as it is. */
export const messageHeaderBytes = 5;
const copyData = 'd'.charCodeAt(0);
const lengthBytes = 4;

/**
 * Where a row ends, at `from` or as soon after as may be: behind its newline; -1 when that is not before `end`. A
 * newline behind a backslash belongs to a value.
 */
export function rowEnd(bytes: Buffer, from: number, end: number): number {
  for (let search = Math.max(messageHeaderBytes, from - 1); ; ) {
    const at = bytes.indexOf(newline, search);
    if (at < 0 || at >= end) return -1;
    let first = at;
    while (first > messageHeaderBytes && bytes[first - 1] === backslash) first--;
    if ((at - first) % 2 === 0) return at + 1;
    search = at + 1;
  }
}

const asTheyAre = new Set(['UTF8', 'UNICODE', 'SQLASCII']);
const latin1 = new Set(['LATIN1', 'ISO88591']);

/** Whether rows in an encoding, named as `client_encoding` is, can be sent in UTF-8. */
export function isReadable(encoding: string): boolean {
  return asTheyAre.has(plain(encoding)) || latin1.has(plain(encoding));
}

/** Rows in UTF-8, with the room in front; what is in no known encoding stays as it is, and the server looks at it. */
export function inUtf8(bytes: Buffer, encoding: string): Buffer {
  if (!latin1.has(plain(encoding))) return bytes;
  const rows = Buffer.from(bytes.toString('latin1', messageHeaderBytes));
  return Buffer.concat([Buffer.alloc(messageHeaderBytes), rows]);
}

function plain(encoding: string): string {
  return encoding.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** Rows of COPY's text format in one message of the protocol, which may hold any number of them. */
export interface TextRows {
  /** Begins with the header. */
  readonly message: Buffer;
  readonly rows: number;
}

/** Writes the header in front of rows that left room for it. */
export function asMessage(message: Buffer): TextRows {
  message[0] = copyData;
  message.writeUInt32BE(message.length - messageHeaderBytes + lengthBytes, 1);
  let rows = 0;
  for (let at = messageHeaderBytes; at < message.length; rows++) at = nextRow(message, at, message.length);
  return { message, rows };
}

/** Behind the row that begins at `start`. */
function nextRow(bytes: Buffer, start: number, end: number): number {
  const next = rowEnd(bytes, start + 1, end);
  if (next < 0) throw new RangeError('a chunk ends in the middle of a row');
  return next;
}

/** Parts rows whose column `index` is NULL from the others. */
export function partNulls(
  rows: TextRows,
  index: number,
): { readonly others: TextRows; readonly nulls: TextRows } {
  const nulls: TextRow[] = [];
  const others: TextRow[] = [];
  const { message: bytes } = rows;
  for (let start = messageHeaderBytes; start < bytes.length; ) {
    const row = { bytes, start, end: nextRow(bytes, start, bytes.length) };
    (textField(row, index) === undefined ? nulls : others).push(row);
    start = row.end;
  }
  return nulls.length === 0
    ? { others: rows, nulls: joined([]) }
    : { others: joined(others), nulls: joined(nulls) };
}

function joined(rows: readonly TextRow[]): TextRows {
  const parts = rows.map(({ bytes, start, end }) => bytes.subarray(start, end));
  return asMessage(Buffer.concat([Buffer.alloc(messageHeaderBytes), ...parts]));
}

/** Finds the hashes of rows' column `index` in messages of many rows. */
export function manyRowsRouter(index: number, hash: ValueHash): RowRouter {
  return ({ bytes, start, end }, take) => {
    for (let row = start + messageHeaderBytes; row < end; ) {
      const next = nextRow(bytes, row, end);
      take(hashTextKey({ bytes, start: row, end: next }, index, hash), bytes, row, next);
      row = next;
    }
  };
}
