/**
 * Bob Jenkins' lookup3 as PostgreSQL runs it (src/common/hashfn.c) on little-endian machines, with seed 0.
 * State words are kept as signed 32-bit numbers, which is what JavaScript's bit operators work on.
 */

const seed = 0x9e3779b9 + 3923095;

/** Hash of `bytes[start, end)`, as `hash_any` gives it; signed. */
export function hashBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let a = (seed + (end - start)) | 0;
  let b = a;
  let c = a;
  let at = start;
  for (; end - at >= 12; at += 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    a = (a - c) ^ ((c << 4) | (c >>> 28));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 6) | (a >>> 26));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 8) | (b >>> 24));
    b = (b + a) | 0;
    a = (a - c) ^ ((c << 16) | (c >>> 16));
    c = (c + b) | 0;
    b = (b - a) ^ ((a << 19) | (a >>> 13));
    a = (a + c) | 0;
    c = (c - b) ^ ((b << 4) | (b >>> 28));
    b = (b + a) | 0;
  }
  // What is left, at most 11 bytes; the lowest byte of c stays free, by the algorithm, for the length.
  const left = end - at;
  for (let index = 0; index < left; index++) {
    const byte = bytes[at + index] ?? 0;
    if (index < 4) a = (a + (byte << (8 * index))) | 0;
    else if (index < 8) b = (b + (byte << (8 * (index - 4)))) | 0;
    else c = (c + (byte << (8 * (index - 7)))) | 0;
  }
  return finish(a, b, c);
}

/** Hash of four bytes given as a number, as `hash_uint32` gives it; signed. */
export function hashUint32(value: number): number {
  const start = (seed + 4) | 0;
  return finish((start + value) | 0, start, start);
}

/** Hash of an int8, given by its halves; a value that fits into 32 bits hashes as those do. */
export function hashInt64(low: number, high: number): number {
  return hashUint32(low ^ (high < 0 ? ~high : high));
}

/** Hash of an int8, given as an integer that a double holds exactly; alike to that of an equal int4. */
export function hashSafeInteger(value: number): number {
  // `| 0` is modulo 2³² for every double that is an integer.
  return hashInt64(value | 0, Math.floor(value / 0x1_0000_0000) | 0);
}

/** Hash of an int8, given as any integer, of which the lowest 64 bits count. */
export function hashBigInt(value: bigint): number {
  return hashInt64(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function finish(startA: number, startB: number, startC: number): number {
  let a = startA;
  let b = startB;
  let c = startC;
  c = ((c ^ b) - ((b << 14) | (b >>> 18))) | 0;
  a = ((a ^ c) - ((c << 11) | (c >>> 21))) | 0;
  b = ((b ^ a) - ((a << 25) | (a >>> 7))) | 0;
  c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
  a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
  b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
  c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
  return c;
}
