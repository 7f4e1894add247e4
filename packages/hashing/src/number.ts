import { hashBytes } from './hash-bytes.ts';

const eightBytes = new DataView(new ArrayBuffer(8));
const eight = new Uint8Array(eightBytes.buffer);

/** float8. */
export function hashDouble(text: string): number | undefined {
  const value = parseFloating(text);
  return value === undefined ? undefined : hashFloating(value);
}

/** float4: widened to float8 first, so that equal numbers of both types hash alike. */
export function hashSingle(text: string): number | undefined {
  const value = parseFloating(text);
  return value === undefined ? undefined : hashFloating(Math.fround(value));
}

function parseFloating(text: string): number | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function hashFloating(value: number): number {
  // Both zeros are equal and so hash alike; every NaN is stored as the same bits.
  if (value === 0) return 0;
  if (Number.isNaN(value)) {
    eightBytes.setUint32(0, 0, true);
    eightBytes.setUint32(4, 0x7ff80000, true);
  } else {
    eightBytes.setFloat64(0, value, true);
  }
  return hashBytes(eight);
}

/**
 * numeric: its base-10000 digits without zeros at either end, with the weight of the first mixed in. Sign and
 * trailing zeros (1.0, 1.00) do not count; NaN and the infinities hash to 0, zero to -1.
 */
export function hashNumeric(text: string): number | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return 0;
  const [, whole = '', fraction = '', exponent = '0'] =
    /^[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;

  // The decimal point's place, counted from the first of all digits.
  let digits = whole + fraction;
  let point = whole.length + Number(exponent);
  const zeros = /^0*/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(zeros);
  point -= zeros;
  if (digits === '') return -1;

  // Base-10000 digits are aligned at the decimal point: fill up on the left, then on the right.
  const lead = modulo(-point, 4);
  const aligned = '0'.repeat(lead) + digits;
  const weight = (point + lead) / 4 - 1;
  const bytes = new Uint8Array(Math.ceil(aligned.length / 4) * 2);
  let used = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    const digit = Number(aligned.slice(index * 2, index * 2 + 4).padEnd(4, '0'));
    bytes[index] = digit & 0xff;
    bytes[index + 1] = digit >> 8;
    if (digit !== 0) used = index + 2;
  }
  return hashBytes(bytes, 0, used) ^ weight;
}

function modulo(value: number, base: number): number {
  return ((value % base) + base) % base;
}
