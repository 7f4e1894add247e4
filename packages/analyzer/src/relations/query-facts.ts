/** What the optimiser needs to know of one query of the workload. */
export interface QueryFacts {
  /** Share (0 … 1) of the workload: the mean of its shares of calls and of time. */
  readonly share: number;
  readonly calls: number;
  /** Keys of the tables it reads or writes. */
  readonly tables: readonly string[];
  /** Key of the table it changes. */
  readonly changes?: string;
  /** Columns that are equal in every row of the result. */
  readonly joins: readonly { readonly left: ColumnName; readonly right: ColumnName }[];
  /** Columns compared with one constant or parameter. */
  readonly filters: readonly ColumnName[];
}

/** A column by its table's `nameKey`. */
interface ColumnName {
  readonly table: string;
  readonly column: string;
}
