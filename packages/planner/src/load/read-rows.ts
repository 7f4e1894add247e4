import type { TableLoad } from '../model/load.ts';

/** Which rows of a table a query reads. */
export interface RowsToRead {
  /** Those with a shard, those without, or all; default `placed`. */
  readonly which?: 'placed' | 'set-aside' | 'all';
  /** Pages of 8 kB of the table, from the first on and before the other; all unless given. */
  readonly pages?: { readonly first: number; readonly before: number };
}

/** The query for COPY (…) TO STDOUT on the source. Since PostgreSQL 14 a range of pages is read without the rest. */
export function readRows(load: TableLoad, { which = 'placed', pages }: RowsToRead = {}): string {
  const { select, isPlaced } = load;
  const placed = isPlaced ?? 'true';
  const conditions = [
    ...(which === 'placed' && isPlaced !== undefined ? [placed] : []),
    ...(which === 'set-aside' ? [`NOT (${placed})`] : []),
    ...(pages === undefined ? [] : [`t.ctid >= '(${pages.first},0)' AND t.ctid < '(${pages.before},0)'`]),
  ];
  return conditions.length === 0 ? select : `${select}\nWHERE ${conditions.join(' AND ')}`;
}
