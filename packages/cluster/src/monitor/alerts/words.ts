/** Bytes for people, by powers of 1000. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = size < 1000 ? 0 : Math.min(Math.floor(Math.log10(size) / 3), units.length - 1);
  return `${(size / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `4.2 s`, `7 min`, `3 h`, `12 d`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** `1 shard`, `3 shards`. */
export function count(number: number, singular: string, several = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : several}`;
}

/** A share of 0 … 1 as per cent. */
export function share(part: number | undefined): string {
  return part === undefined ? 'none' : `${(part * 100).toFixed(part >= 0.995 || part < 0.1 ? 1 : 0)} %`;
}

/** A statement on one line, cut. */
export function quoted(query: string | null): string {
  if (query === null || query === '') return 'no statement that can be seen';
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
