const backslash = 92;

const named: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11 };

/** Decodes a field of COPY text in place (it never grows) and gives back its new length. */
export function decodeCopyField(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let to = start;
  for (let from = start; from < end; ) {
    const byte = bytes[from++] ?? 0;
    if (byte !== backslash || from >= end) {
      bytes[to++] = byte;
      continue;
    }
    const code = bytes[from++] ?? 0;
    const base = code === 120 && isDigit(bytes[from] ?? 0, 16) && from < end ? 16 : 8;
    if (base === 8 && !isDigit(code, 8)) {
      bytes[to++] = named[code] ?? code;
      continue;
    }
    // \x takes up to two hexadecimal digits, \ up to three octal ones.
    let value = base === 16 ? 0 : digit(code);
    for (let most = 2; most > 0 && from < end && isDigit(bytes[from] ?? 0, base); most--) {
      value = value * base + digit(bytes[from++] ?? 0);
    }
    bytes[to++] = value & 255;
  }
  return to - start;
}

function digit(byte: number): number {
  return byte <= 57 ? byte - 48 : (byte | 32) - 87;
}

function isDigit(byte: number, base: 8 | 16): boolean {
  if (base === 8) return byte >= 48 && byte <= 55;
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
}

/** Makes the doubled quotes of a string literal single ones, in place, and gives back the length. */
export function undoubleQuotes(bytes: Uint8Array, address: number, length: number): number {
  const quote = 39;
  let to = address;
  for (let from = address; from < address + length; from++) {
    bytes[to++] = bytes[from] ?? 0;
    if (bytes[from] === quote) from++;
  }
  return to - address;
}
