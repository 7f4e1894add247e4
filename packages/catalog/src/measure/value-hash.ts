const mask = 0xffff_ffff_ffff_ffffn;
const lengthFactor = 0x9e3779b97f4a7c15n;
const wordFactor = 0xbf58476d1ce4e5b9n;
const finalFactor = 0x94d049bb133111ebn;

/** The kernel's hash of a value's text, for the few values that are compared outside of it. */
export function hashValue(value: string): bigint {
  const bytes = Buffer.from(value, 'utf8');
  let hash = (BigInt(bytes.length) * lengthFactor) & mask;
  let at = 0;
  for (; bytes.length - at > 8; at += 8) {
    hash = ((hash ^ bytes.readBigUInt64LE(at)) * wordFactor) & mask;
    hash ^= hash >> 32n;
  }
  const last = Buffer.alloc(8);
  bytes.copy(last, 0, at);
  hash = ((hash ^ last.readBigUInt64LE(0)) * wordFactor) & mask;
  hash = ((hash ^ (hash >> 32n)) * finalFactor) & mask;
  hash = ((hash ^ (hash >> 29n)) * lengthFactor) & mask;
  hash ^= hash >> 32n;
  return hash === 0n ? 1n : hash;
}
