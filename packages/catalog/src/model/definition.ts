/** Where an object was defined, and the words that did it. */
export interface Definition {
  /** 1-based line of the statement's first word in the decompressed input; 0 for a live database. */
  readonly line: number;
  /** Of a live database: what comes later may need what comes earlier. Only types, routines, views and such have it. */
  readonly order?: number;
  /** The statement as written, without its final semicolon; for a live database what `pg_get_*def` gives. */
  readonly sql: string;
}
