import type { QualifiedName } from '@shardwright/core';

/**
 * How the rows of a table get the distribution column that the table gains. The load takes it along (see `TableLoad`);
 * what is here tells people of it, checks it, and does it in the source beforehand. Statements are without semicolons.
 */
export interface Backfill {
  readonly table: QualifiedName;
  readonly column: string;
  /** The hops that are followed, from the table to the one that holds the value. */
  readonly path: readonly BackfillHop[];
  /** The column at the end of the path. */
  readonly sourceColumn: string;
  /** Other ways to the same kind of value that are no longer: where they lead elsewhere, somebody has to choose. */
  readonly alternatives: readonly BackfillAlternative[];
  /** Why this path and not one of the alternatives; absent where there is none. */
  readonly chosenBecause?: string;
  /** Counts the rows for which the path leads to no value, on the source. */
  readonly countSetAside: string;
  /** Counts, on the target, the rows whose value is not (any more) what the path leads to. */
  readonly countDrifted: string;
  /** The same done in the source beforehand, while it is in use. */
  readonly inSource: BackfillInSource;
  /** What to know of the path: where rows may end without a value, where a value is not certain. */
  readonly hazards: readonly string[];
}

/** Another way to a value. */
export interface BackfillAlternative {
  readonly path: readonly BackfillHop[];
  readonly sourceColumn: string;
  /** Counts the rows for which the two ways give different values, on the source. */
  readonly countDifferent: string;
}

/** One step from a table to a row that it refers to. */
export interface BackfillHop {
  readonly from: QualifiedName;
  readonly columns: readonly string[];
  readonly to: QualifiedName;
  readonly referencedColumns: readonly string[];
  /** The foreign key; absent where the relation was only found by names, types and values. */
  readonly constraint?: string;
  /** Whether rows of `from` may refer to nothing. */
  readonly isOptional: boolean;
  /** Whether a key of `to` promises that at most one row is met, so that a join can double none. */
  readonly isUnique: boolean;
}

/** Statements for the source, to be run one after the other, each by itself and outside of a transaction. */
export interface BackfillInSource {
  /** The column, and an index that finds the rows that lack it. No rewrite, no long lock. */
  readonly prepare: readonly string[];
  /** Fills the column in short transactions; may be stopped and run again. */
  readonly fill: string;
  /** Counts, on the source, the rows whose value is not (any more) what the path leads to. */
  readonly countDrifted: string;
  /** NOT NULL without a long lock, once every row has a value. */
  readonly finish: readonly string[];
  /** Takes all of it back. */
  readonly undo: readonly string[];
}
