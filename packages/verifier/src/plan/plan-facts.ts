import type { QualifiedName } from '@shardwright/core';

/** What a verification has to know of a plan; all else in it is not read. */
export interface PlanFacts {
  readonly loads: readonly PlannedLoad[];
  readonly changes: readonly PlannedChange[];
  /** Objects that the target does not get, as SQL text. */
  readonly leftOut: readonly string[];
  /** What makes the target, in order. */
  readonly statements: readonly string[];
}

/** Where the rows of one relation of the source belong. */
export interface PlannedLoad {
  readonly source: QualifiedName;
  readonly target: QualifiedName;
  readonly columns: readonly { readonly name: string }[];
  /** Reads every row under the name `t`, without a condition. */
  readonly select: string;
  /** A condition: rows that have a shard. */
  readonly isPlaced?: string;
}

/** A definition that is meant to differ. */
export interface PlannedChange {
  readonly table: QualifiedName;
  readonly object: string;
  readonly kind: string;
}
