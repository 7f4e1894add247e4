/** The longest identifier PostgreSQL keeps, in bytes (NAMEDATALEN - 1). */
const maxNameBytes = 63;

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The longest whole-character prefix of at most that many bytes. */
export function clipToBytes(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  let used = 0;
  let clipped = '';
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    clipped += character;
  }
  return clipped;
}

/**
 * `name1_name2_label` in 63 bytes: the longer of the two names gives way first, the label never
 * (makeObjectName of the server).
 */
export function makeObjectName(name1: string, name2: string | undefined, label: string): string {
  const overhead = (name2 === undefined ? 0 : 1) + byteLength(label) + 1;
  const available = maxNameBytes - overhead;
  let length1 = byteLength(name1);
  let length2 = name2 === undefined ? 0 : byteLength(name2);
  while (length1 + length2 > available) {
    if (length1 > length2) length1--;
    else length2--;
  }
  const parts = [clipToBytes(name1, length1)];
  if (name2 !== undefined) parts.push(clipToBytes(name2, length2));
  return [...parts, label].join('_');
}

/** The first of `name1_name2_label`, `…label1`, `…label2` that is free. */
export function chooseName(
  parts: { readonly name1: string; readonly name2?: string | undefined; readonly label: string },
  isTaken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = makeObjectName(parts.name1, parts.name2, pass === 0 ? parts.label : `${parts.label}${pass}`);
    if (!isTaken(name)) return name;
  }
}

/** The names an index gives its columns: repeated ones get a number, as in `lower`, `lower1`. */
export function indexColumnNames(wanted: readonly string[]): string[] {
  const names: string[] = [];
  for (const original of wanted) {
    let name = clipToBytes(original, maxNameBytes);
    for (let number = 1; names.includes(name); number++) {
      const suffix = String(number);
      name = clipToBytes(original, maxNameBytes - suffix.length) + suffix;
    }
    names.push(name);
  }
  return names;
}

/** Column names joined for a constraint's or index' name; the server stops after about one name's length. */
export function joinColumnNames(columns: readonly string[]): string {
  let joined = '';
  for (const column of columns) {
    if (joined !== '') joined += '_';
    joined += clipToBytes(column, maxNameBytes);
    if (byteLength(joined) > maxNameBytes) break;
  }
  return joined;
}
