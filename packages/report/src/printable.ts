/**
 * A value whose texts cannot steer the terminal: names and statements of a dump may hold escape sequences and
 * marks that turn the direction of writing. Such characters show as escapes, also inside JSON; line breaks and tabs stay.
 */
export function printable<Value>(value: Value): Value;
export function printable(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value);
  if (Array.isArray(value)) return value.map((item: unknown) => printable(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [key, printable(item)]),
  );
}

const steering = /[^\P{Cc}\n\r\t]|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]/gu;

function escaped(text: string): string {
  return text.replace(
    steering,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
