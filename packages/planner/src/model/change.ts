import type { QualifiedName } from '@shardwright/core';

/** What a table's definition gains or loses on its way to Citus, in sentences for people. */
export interface Change {
  readonly table: QualifiedName;
  /** The column, constraint, index, trigger, … it is about. */
  readonly object: string;
  readonly kind:
    | 'column-added'
    | 'column-type'
    | 'column-not-null'
    | 'key-extended'
    | 'foreign-key-extended'
    | 'foreign-key-action'
    | 'foreign-key-dropped'
    | 'constraint-dropped'
    | 'object-dropped'
    | 'object-changed';
  readonly what: string;
  readonly why: string;
}

/** A promise of the source database that Citus will not keep for the whole table any more. */
export interface Weakening {
  readonly table: QualifiedName;
  readonly object: string;
  /** `high`: wrong data can arise where the source refused it; `low`: only in ways that nobody uses. */
  readonly risk: 'low' | 'medium' | 'high';
  /** Why it is not more or less, where that is not plain. */
  readonly reason?: string;
  readonly before: string;
  readonly after: string;
  /** What keeps the promise some other way; absent where none is needed. */
  readonly remedy?: string;
}
