import type { QualifiedName } from '@shardwright/core';
import type { PlannedTable } from './plan.ts';

/**
 * How the rows of one relation of the source come into the target: everything that a loader has to know of it. The
 * order does not matter, as keys, foreign keys and triggers come later; all must be read in one snapshot.
 */
export interface TableLoad {
  /** A table that holds rows itself: of a partitioned one its partitions. */
  readonly source: QualifiedName;
  /** Where its rows go; another name only for partitions of partitions, whose parent takes their rows. */
  readonly target: QualifiedName;
  readonly kind: PlannedTable['kind'];
  readonly distributionColumn?: string;
  /** What is read and written, in this order; generated columns are computed anew. */
  readonly columns: readonly LoadColumn[];
  /** Reads every row of `source` once, under the name `t`; conditions may be put behind it with WHERE. */
  readonly select: string;
  /** A condition: the rows that have a shard. All others are set aside. Absent where every row has one. */
  readonly isPlaced?: string;
  /** COPY … FROM STDIN for the target. */
  readonly copy: string;
}

/** A column of the target, and where its values come from. */
export interface LoadColumn {
  readonly name: string;
  /** In the target. */
  readonly type: string;
  /** In the source, where it is another: the query casts, so that binary COPY works as well. */
  readonly sourceType?: string;
  /** SQL within the query of the table. */
  readonly value: string;
}

/** A foreign key that gained the distribution column, and rows that the source allows and it would refuse. */
export interface ForeignKeyCheck {
  readonly table: QualifiedName;
  readonly constraint: string;
  readonly references: QualifiedName;
  /** For the source: counts the rows with a tenant that refer to a row of another one, or of none. */
  readonly countBroken: string;
}

/** A sequence whose position in the source has to be read once more when the rows have been. */
export interface SequenceLoad extends QualifiedName {
  /** The columns that it feeds. */
  readonly feeds: readonly { readonly table: QualifiedName; readonly column: string }[];
  /** For the source: one row, `last_value` and `is_called`. */
  readonly readPosition: string;
  /** For the target: takes these two as $1 and $2. */
  readonly setPosition: string;
}
