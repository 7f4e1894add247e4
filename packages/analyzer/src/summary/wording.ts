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

/** `96 %`; one decimal below ten, and where rounding would say all or nothing, as in every form of the report. */
export function percentText(share: number): string {
  const percent = share * 100;
  const rounded =
    percent >= 10 && percent <= 99 ? percent.toFixed(0) : percent.toFixed(1).replace(/\.0$/, '');
  if (percent > 0 && rounded === '0') return '< 0.1 %';
  return percent < 100 && rounded === '100' ? '> 99.9 %' : `${rounded} %`;
}

/** `a, b and c`, cut after five. */
export function listText(items: readonly string[]): string {
  const shown = items.length > 6 ? [...items.slice(0, 5), `${items.length - 5} more tables`] : [...items];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
