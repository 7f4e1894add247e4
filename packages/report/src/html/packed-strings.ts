/** A value with every repeated long text replaced by a mark that points into `strings`. */
export interface PackedStrings {
  readonly strings: readonly string[];
  readonly value: unknown;
}

/** Starts every mark; texts never hold it, because PostgreSQL's identifiers and our sentences do not. */
export const packedMark = '\u0001';

// Below this a mark with its quotes saves next to nothing.
const leastLength = 16;

/** Large schemas repeat the same sentences thousands of times: each is kept once. */
export function packStrings(value: unknown): PackedStrings {
  const counts = new Map<string, number>();
  walk(value, (text) => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return text;
  });
  const strings: string[] = [];
  const places = new Map<string, number>();
  const packed = walk(value, (text) => {
    if (text.length < leastLength || (counts.get(text) ?? 0) < 2) return text.replaceAll(packedMark, '');
    let place = places.get(text);
    if (place === undefined) {
      place = strings.push(text) - 1;
      places.set(text, place);
    }
    return `${packedMark}${place}`;
  });
  return { strings, value: packed };
}

function walk(value: unknown, onText: (text: string) => string): unknown {
  if (typeof value === 'string') return onText(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, onText));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, onText)]));
  }
  return value;
}
