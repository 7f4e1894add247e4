import { hashBytes } from './hash-bytes.ts';

const uuidBytes = new Uint8Array(16);
const dash = '-'.charCodeAt(0);

/** uuid: its 16 bytes. A frequent key, so read digit by digit: a pattern and a split take eight times as long. */
export function hashUuid(text: string): number | undefined {
  if (text.length !== 36) return undefined;
  let at = 0;
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (text.charCodeAt(index) !== dash) return undefined;
      index++;
    }
    const high = digitAt(text, index);
    const low = digitAt(text, index + 1);
    if (high < 0 || low < 0) return undefined;
    uuidBytes[at++] = (high << 4) | low;
  }
  return hashBytes(uuidBytes);
}

/** bytea in hex form (`\x…`), which COPY and pg_dump write since PostgreSQL 9.0. */
export function hashBytea(text: string): number | undefined {
  if (!text.startsWith('\\x') || text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2 - 1);
  for (let index = 0; index < bytes.length; index++) {
    const high = digitAt(text, index * 2 + 2);
    const low = digitAt(text, index * 2 + 3);
    if (high < 0 || low < 0) return undefined;
    bytes[index] = (high << 4) | low;
  }
  return hashBytes(bytes);
}

/** Value of a hexadecimal digit, -1 for any other character. */
function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
