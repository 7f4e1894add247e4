/** A count for people: `412`, `88.0 k`, `9.10 M`. */
export function formatCount(count: number): string {
  return scaled(count, ['', ' k', ' M', ' G', ' T']);
}

/** Bytes for people, by powers of 1000: `1.48 GB`. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, [' B', ' kB', ' MB', ' GB', ' TB', ' PB']);
}

/** A count with every digit, grouped by commas: `33,193,123`. */
export function formatExact(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share of 0 … 1 as per cent: one decimal below ten and above 99, and never 0 % or 100 % for what is neither. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const digits = percent >= 10 && percent <= 99 ? 0 : 1;
  const rounded = percent.toFixed(digits).replace(/\.0$/, '');
  if (percent > 0 && rounded === '0') return '< 0.1 %';
  return percent < 100 && rounded === '100' ? '> 99.9 %' : `${rounded} %`;
}

/** `1 table`, `3 tables`. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${formatExact(count)} ${count === 1 ? singular : several}`;
}

function scaled(value: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  // 999.5 would print as "1000": it belongs to the next unit.
  while (Math.abs(rest) >= (unit === 0 ? 1000 : 999.5) && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0;
  return `${rest.toFixed(digits)}${units[unit] ?? ''}`;
}
