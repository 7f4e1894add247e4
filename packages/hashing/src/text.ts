import { hashBytes } from './hash-bytes.ts';

const encoder = new TextEncoder();
let scratch: Uint8Array = new Uint8Array(256);

/** text, varchar, name of a UTF-8 database under a deterministic collation. */
export function hashText(text: string): number {
  const length = text.length;
  if (scratch.length < length * 3) scratch = new Uint8Array(length * 6);
  // Keys are mostly short and ASCII: a loop then beats the encoder.
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return hashBytes(scratch, 0, encoder.encodeInto(text, scratch).written);
    scratch[index] = code;
  }
  return hashBytes(scratch, 0, length);
}

/** char(n): the padding does not count. */
export function hashPaddedText(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return hashText(text.slice(0, end));
}

/** citext: lower case first. `undefined` beyond ASCII, where that depends on the database's locale. */
export function hashCaseInsensitiveText(text: string): number | undefined {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return undefined;
  }
  return hashText(text.toLowerCase());
}
