/**
 * How a number came about: `exact` every row was looked at; `sampled` from a part of the rows;
 * `server` from the server's own statistics (reltuples, pg_stats).
 */
export type Provenance = 'exact' | 'sampled' | 'server';

/** What was measured of a table's data. Absent from a table whose data was not seen. */
export interface TableStatistics {
  readonly rows: number;
  readonly rowsProvenance: Provenance;
  /** Bytes of the rows as COPY text for dumps, on disk without indexes for live databases. */
  readonly bytes: number;
  /** Indexes on disk; live databases only. */
  readonly indexBytes?: number;
  /** Since the server's statistics were reset; live databases only. */
  readonly writes?: { readonly inserts: number; readonly updates: number; readonly deletes: number };
  /** Rows that the column statistics were made from. */
  readonly sampledRows: number;
  /** By column name; only columns that could be keys. */
  readonly columns: Readonly<Record<string, ColumnStatistics>>;
}

/** What was measured of a column that could be a key. */
export interface ColumnStatistics {
  readonly provenance: Provenance;
  /** Distinct values other than NULL: HyperLogLog over all rows seen (standard error 0.8 %), or the server's. */
  readonly distinct: number;
  /** 0 … 1. */
  readonly nullShare: number;
  readonly averageWidthBytes: number;
  readonly maxWidthBytes?: number;
  /** The values that hold the largest shares of the rows (0 … 1), largest first, COPY-text decoded. */
  readonly heavyHitters: readonly { readonly value: string; readonly share: number }[];
  /** How far a listed share may be off, and the most that an unlisted value may hold (0 … 1); absent when exact. */
  readonly heavyHitterError?: number;
  /**
   * Values with the rows and bytes of each: all of them when `complete`, else a uniform sample of the distinct
   * values (those with the smallest hashes). Says where rows would land before a cluster exists.
   */
  readonly values?: {
    readonly complete: boolean;
    readonly entries: readonly { readonly value: string; readonly rows: number; readonly bytes: number }[];
  };
  /** HyperLogLog registers in base64: unions tell whether one column's values are contained in another's. */
  readonly sketch?: string;
}
