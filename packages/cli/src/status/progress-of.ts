import type { MigrationStatus, TableStatus } from '@shardwright/migrator';

/** How far the rows of a migration are. */
export interface RowsProgress {
  readonly rows: number;
  /** As they were sent. */
  readonly bytes: number;
  /** 0 … 1, by bytes in the source; absent before it was looked at. */
  readonly share?: number;
  /** Bytes sent per second by the run that is at work; absent where none is, or it has sent none. */
  readonly bytesPerSecond?: number;
  /** Of loading rows, by the pace of the run that is at work. */
  readonly secondsLeft?: number;
}

/** How a migration stands, where nobody at work means that a run was ended before its end. */
export type Standing = 'at work' | 'interrupted' | 'done';

export function standingOf({ state, atWork }: MigrationStatus): Standing {
  if (atWork !== undefined) return 'at work';
  return state === 'done' ? 'done' : 'interrupted';
}

/** Adds up tables; `nowMs` is the time since 1970. */
export function progressOf({ tables, atWork, state }: MigrationStatus, nowMs: number): RowsProgress {
  const total = sum(tables, ({ load }) => load?.sourceBytes ?? 0);
  const done = sum(tables, doneBytes);
  const rows = sum(tables, (table) => table.rows);
  const bytes = sum(tables, (table) => table.bytes);
  const share = total === 0 ? {} : { share: done / total };
  if (atWork?.since === undefined || state !== 'loading') return { rows, bytes, ...share };
  const sinceMs = Date.parse(atWork.since);
  const own = tables.map((table) => ({
    ...table,
    history: table.history.filter(({ loadedAt }) => Date.parse(loadedAt) >= sinceMs),
  }));
  const seconds = (nowMs - sinceMs) / 1000;
  const sent = sum(own, ({ history }) => sum(history, (chunk) => chunk.bytes));
  const doneNow = sum(own, ({ load, chunks, history }) =>
    chunks.total === 0 ? 0 : ((load?.sourceBytes ?? 0) / chunks.total) * history.length,
  );
  if (seconds <= 0 || doneNow <= 0) return { rows, bytes, ...share };
  return {
    rows,
    bytes,
    ...share,
    bytesPerSecond: sent / seconds,
    secondsLeft: (total - done) / (doneNow / seconds),
  };
}

/** 0 … 1; absent before it is decided how the table is loaded. */
export function shareOf({ chunks }: TableStatus): number | undefined {
  return chunks.total === 0 ? undefined : chunks.done / chunks.total;
}

function doneBytes(table: TableStatus): number {
  return (table.load?.sourceBytes ?? 0) * (shareOf(table) ?? 0);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
