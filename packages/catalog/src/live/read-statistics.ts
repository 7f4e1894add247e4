import type { ColumnStatistics, TableStatistics } from '../model/statistics.ts';
import type { RunFile } from './reader.ts';

interface TableStatisticsRow {
  readonly oid: number;
  readonly rows: number;
  readonly bytes: number;
  readonly isEmpty: boolean;
  readonly indexBytes: number;
  readonly liveRows: number | null;
  readonly inserts: number | null;
  readonly updates: number | null;
  readonly deletes: number | null;
}

interface ColumnStatisticsRow {
  readonly tableOid: number;
  readonly name: string;
  readonly nullShare: number;
  readonly averageWidthBytes: number;
  readonly distinct: number;
  readonly values: readonly (string | null)[] | null;
  readonly shares: readonly number[] | null;
  /** The share of the most common value that was cut off `values`. */
  readonly nextShare: number | null;
  readonly complete: boolean;
}

/** What the server knows of its tables, by oid. */
export interface StatisticsRead {
  readonly tables: ReadonlyMap<number, TableStatistics>;
  /** Tables with data whose rows nobody counted yet: neither ANALYZE nor the statistics collector. */
  readonly uncounted: number;
}

/** Reads sizes, row counts, writes, and what ANALYZE found of columns that could be keys. */
export async function readStatistics(run: RunFile): Promise<StatisticsRead> {
  const tableRows = await run<TableStatisticsRow>('table-statistics');
  const columnRows = await run<ColumnStatisticsRow>('column-statistics');
  const counted = new Map<number, number>();
  for (const row of tableRows) {
    const rows = countRows(row);
    if (rows !== undefined) counted.set(row.oid, rows);
  }
  const columns = new Map<number, Record<string, ColumnStatistics>>();
  for (const row of columnRows) {
    const group = columns.get(row.tableOid) ?? {};
    group[row.name] = columnStatisticsOf(row, counted.get(row.tableOid) ?? 0);
    columns.set(row.tableOid, group);
  }
  const tables = new Map<number, TableStatistics>();
  for (const row of tableRows) {
    const rows = counted.get(row.oid);
    if (rows === undefined) continue;
    const { inserts, updates, deletes } = row;
    tables.set(row.oid, {
      rows,
      rowsProvenance: 'server',
      bytes: row.bytes,
      indexBytes: row.indexBytes,
      ...(inserts === null || updates === null || deletes === null
        ? {}
        : { writes: { inserts, updates, deletes } }),
      // ANALYZE does not record how many rows it sampled.
      sampledRows: 0,
      columns: columns.get(row.oid) ?? {},
    });
  }
  return { tables, uncounted: tableRows.length - tables.size };
}

/** Rows of a table: ANALYZE's count, else the collector's; an empty file needs no count. */
function countRows({ rows, liveRows, isEmpty }: TableStatisticsRow): number | undefined {
  // Never analysed is -1 since PostgreSQL 14 and was 0 before.
  if (rows > 0) return Math.round(rows);
  if (liveRows !== null && liveRows > 0) return liveRows;
  return rows === 0 || isEmpty ? 0 : undefined;
}

function columnStatisticsOf(row: ColumnStatisticsRow, rows: number): ColumnStatistics {
  const shares = row.shares ?? [];
  const values = (row.values ?? []).map((value, index) => ({
    value: value ?? '',
    share: shares[index] ?? 0,
  }));
  const distinct = row.distinct < 0 ? -row.distinct * rows : row.distinct;
  const unlisted = row.nextShare ?? shares.at(-1) ?? (distinct > 0 ? 1 / distinct : 0);
  return {
    provenance: 'server',
    distinct: Math.round(distinct),
    nullShare: row.nullShare,
    averageWidthBytes: row.averageWidthBytes,
    heavyHitters: values.slice(0, 20),
    ...(row.complete ? {} : { heavyHitterError: unlisted }),
    // Most common values are no uniform sample of the distinct ones: only all of them can stand as `values`.
    ...(row.complete
      ? {
          values: {
            complete: true,
            entries: values.map(({ value, share }) => ({
              value,
              rows: Math.round(share * rows),
              bytes: Math.round(share * rows * row.averageWidthBytes),
            })),
          },
        }
      : {}),
  };
}
