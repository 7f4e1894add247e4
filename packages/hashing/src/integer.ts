import { hashBigInt, hashSafeInteger, hashUint32 } from './hash-bytes.ts';

/** int2, int4, int8: equal numbers hash alike whatever their width. */
export function hashInteger(text: string): number | undefined {
  const length = text.length;
  // 15 digits are exact in a double; longer ones are rare as keys and take the slow way.
  if (length > 16) return /^-?\d{1,19}$/.test(text) ? hashBigInt(BigInt(text)) : undefined;
  const negative = text.charCodeAt(0) === minus;
  let value = 0;
  for (let index = negative ? 1 : 0; index < length; index++) {
    const digit = text.charCodeAt(index) - zero;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (length === (negative ? 1 : 0)) return undefined;
  if (value > Number.MAX_SAFE_INTEGER) return hashBigInt(BigInt(text));
  return hashSafeInteger(negative ? -value : value);
}

const zero = '0'.charCodeAt(0);
const minus = '-'.charCodeAt(0);

/** oid: unsigned 32 bits. */
export function hashOid(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= 0xffff_ffff ? hashUint32(value | 0) : undefined;
}

/** boolean in its output form, `t` or `f`, or spelled out. */
export function hashBoolean(text: string): number | undefined {
  if (text === 't' || text === 'true') return hashUint32(1);
  if (text === 'f' || text === 'false') return hashUint32(0);
  return undefined;
}

/** "char", one byte. `undefined` for bytes above 127, which hash as signed on some processors only. */
export function hashSingleByte(text: string): number | undefined {
  if (text === '') return hashUint32(0);
  const code = text.charCodeAt(0);
  return text.length === 1 && code <= 0x7f ? hashUint32(code) : undefined;
}

/** pg_lsn, `16/B374D848`. */
export function hashLogPosition(text: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return hashBigInt((BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`));
}
