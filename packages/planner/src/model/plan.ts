import type { CatalogFingerprint, CatalogOrigin } from '@shardwright/catalog';
import type { QualifiedName } from '@shardwright/core';
import type { Backfill } from './backfill.ts';
import type { Change, Weakening } from './change.ts';

/** The stages of a migration, in order. Rows are loaded between `tables` and `indexes`. */
export const phases = [
  'roles',
  'schemas',
  'extensions',
  'definitions',
  'sequences',
  'tables',
  'distribute',
  'load',
  'keys',
  'indexes',
  'foreign-keys',
  'programs',
  'policies',
  'ownership',
  'sequence-positions',
  'comments',
  'statistics',
] as const;

/** One of {@link phases}. */
export type Phase = (typeof phases)[number];

/** One thing that is done, with what undoes it. */
export interface Step {
  /** Unique in the plan and stable: the phase and the object. */
  readonly id: string;
  readonly phase: Phase;
  /** What is done, in a few words. */
  readonly title: string;
  /** The object, as SQL text. */
  readonly subject: string;
  /** Statements, without their semicolons, each run by itself on the coordinator. */
  readonly apply: readonly string[];
  /** Statements that take it back, when all later steps are taken back already. Empty where nothing is left to undo. */
  readonly undo: readonly string[];
  /** What to know before it runs: locks, waits, what changes in behaviour. */
  readonly hazards: readonly string[];
}

/** Something of the source that the target does not get, with what to do instead. */
export interface LeftOut {
  readonly object: string;
  readonly why: string;
  readonly instead: string;
}

/** A plan: from an analysis to a Citus database. JSON goes in and out unchanged. */
export interface Plan {
  readonly planVersion: '1.0';
  readonly origin: CatalogOrigin;
  /** Of the source that was planned for. */
  readonly fingerprint: CatalogFingerprint;
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
  readonly weakenings: readonly Weakening[];
  readonly leftOut: readonly LeftOut[];
  readonly backfills: readonly Backfill[];
  readonly tables: readonly PlannedTable[];
}

/** What the target must hold once the plan is applied. */
export interface PlannedTable extends QualifiedName {
  readonly kind: 'distributed' | 'reference' | 'local' | 'single-shard';
  readonly distributionColumn?: string;
  readonly colocationGroup?: string;
  /** Set for partitions, which go where their parent goes. */
  readonly partitionOf?: QualifiedName;
}
