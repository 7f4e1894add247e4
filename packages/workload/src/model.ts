/** Which queries run, how often and for how long: one entry per normalised query. */
export interface Workload {
  readonly sources: readonly WorkloadSource[];
  readonly queries: readonly WorkloadQuery[];
  /** Statements that did not parse; counted, never dropped silently. */
  readonly unparsed: readonly UnparsedQuery[];
}

/** One file or server that queries came from. */
export interface WorkloadSource {
  readonly kind: 'pg_stat_statements' | 'csvlog' | 'sql';
  readonly label: string;
  /** Records read, utility statements that were set aside included. */
  readonly records: number;
  /** Records that are not queries of the application (SET, BEGIN, DDL, …). */
  readonly ignored: number;
}

/** A normalised query with what it cost. */
export interface WorkloadQuery {
  /**
   * libpg_query's fingerprint; with a suffix where that ignores what decides where a query runs: schemas,
   * `= $1` against `IN ($1, $2)`, one row against several.
   */
  readonly fingerprint: string;
  /** A representative text that parses; constants may stand as `$n`. */
  readonly sql: string;
  readonly calls: number;
  /** Absent when the source tells no times. */
  readonly totalTimeMs?: number;
  readonly rows?: number;
  /** Where the first record of it stands. */
  readonly source: { readonly label: string; readonly line: number };
}

/** A query text that did not parse. */
export interface UnparsedQuery {
  readonly sql: string;
  readonly message: string;
  readonly calls: number;
  readonly source: { readonly label: string; readonly line: number };
}
