import { finalFactor, lengthFactor, wordFactor } from './kernel-hash.ts';

const mask = 0xffff_ffff_ffff_ffffn;

/** The kernel's hash of a value's text, for the few values that are compared outside of it. */
export function hashValue(value: string): bigint {
  const bytes = Buffer.from(value, 'utf8');
  let hash = (BigInt(bytes.length) * lengthFactor) & mask;
  let last = 0n;
  if (bytes.length > 8) {
    for (let at = 0; at < bytes.length - 8; at += 8) {
      hash = ((hash ^ bytes.readBigUInt64LE(at)) * wordFactor) & mask;
      hash ^= hash >> 32n;
    }
    last = bytes.readBigUInt64LE(bytes.length - 8);
  } else for (const byte of bytes) last = (last >> 8n) | (BigInt(byte) << 56n);
  hash = ((hash ^ last) * wordFactor) & mask;
  hash = ((hash ^ (hash >> 32n)) * finalFactor) & mask;
  hash = ((hash ^ (hash >> 29n)) * lengthFactor) & mask;
  hash ^= hash >> 32n;
  return hash === 0n ? 1n : hash;
}
