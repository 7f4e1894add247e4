/** `1 row`, `12,345 rows`. */
export function countText(count: number, noun: string): string {
  const plural = noun.endsWith('y') && !/[aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${Math.round(count).toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}

/** Bytes for people. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `96 %`; one decimal where rounding would say all or nothing. */
export function percentText(share: number): string {
  const percent = share * 100;
  const isEdge = (percent > 99 && percent < 100) || (percent > 0 && percent < 1);
  return `${percent.toFixed(isEdge ? 1 : 0)} %`;
}

/** `a, b and c`, cut after five. */
export function listText(items: readonly string[]): string {
  const shown = items.length > 6 ? [...items.slice(0, 5), `${items.length - 5} more tables`] : [...items];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
