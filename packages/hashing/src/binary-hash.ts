import { hashBytes, hashInt64, hashUint32 } from './hash-bytes.ts';
import { internalName } from './type-name.ts';

/** Hash of a value in PostgreSQL's binary format, `bytes[start, end)`; the value is one of the type and not NULL. */
export type BinaryHash = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * The hash function that Citus distributes a type by, on values as binary COPY sends them (UTF-8 where they are text);
 * `undefined` for types whose hash does not follow from those bytes simply. Take it once per column.
 * @param type as for `valueHash`.
 */
export function binaryHash(type: string): BinaryHash | undefined {
  return hashes.get(internalName(type));
}

const hashInt8: BinaryHash = (bytes, start) => hashInt64(int32(bytes, start + 4), int32(bytes, start));

const hashInt4: BinaryHash = (bytes, start) => hashUint32(int32(bytes, start));

const hashInt2: BinaryHash = (bytes, start) =>
  hashUint32((((bytes[start] ?? 0) << 24) >> 16) | (bytes[start + 1] ?? 0));

const hashBoolean: BinaryHash = (bytes, start) => hashUint32(bytes[start] ?? 0);

const space = 0x20;

/** char(n): the padding does not count. */
const hashPadded: BinaryHash = (bytes, start, end) => {
  let last = end;
  while (last > start && bytes[last - 1] === space) last--;
  return hashBytes(bytes, start, last);
};

const hashes: ReadonlyMap<string, BinaryHash> = new Map([
  ['bool', hashBoolean],
  ['bpchar', hashPadded],
  ['bytea', hashBytes],
  ['date', hashInt4],
  ['int2', hashInt2],
  ['int4', hashInt4],
  ['int8', hashInt8],
  ['name', hashBytes],
  ['oid', hashInt4],
  ['text', hashBytes],
  ['timestamp', hashInt8],
  ['timestamptz', hashInt8],
  ['uuid', hashBytes],
  ['varchar', hashBytes],
]);

function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}
