import type { TableStatus } from '@shardwright/migrator';

/** Of less, a rate would tell how long a transaction takes. */
const leastBytes = 1_000_000;
const leastSeconds = 0.05;

/** Bytes sent per second in which a chunk was at work; `undefined` where that was too short or too little to tell. */
export function bytesPerSecond(tables: readonly TableStatus[]): number | undefined {
  const seconds = busySeconds(tables.flatMap(({ history }) => history));
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  return seconds < leastSeconds || bytes < leastBytes ? undefined : bytes / seconds;
}

/** In which at least one chunk was at work: neither chunks at once nor the time between two runs count twice or at all. */
function busySeconds(chunks: TableStatus['history']): number {
  let [busyMs, endMs] = [0, Number.NEGATIVE_INFINITY];
  const times = chunks.map(({ beganAt, loadedAt }) => [Date.parse(beganAt), Date.parse(loadedAt)] as const);
  for (const [fromMs, toMs] of times.sort(([a], [b]) => a - b)) {
    busyMs += Math.max(0, toMs - Math.max(fromMs, endMs));
    endMs = Math.max(endMs, toMs);
  }
  return busyMs / 1000;
}
