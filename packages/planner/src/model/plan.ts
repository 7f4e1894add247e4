import type { CatalogFingerprint, CatalogOrigin } from '@shardwright/catalog';
import type { QualifiedName } from '@shardwright/core';
import type { Backfill } from './backfill.ts';
import type { Change, Weakening } from './change.ts';
import type { ForeignKeyCheck, SequenceLoad, TableLoad } from './load.ts';
import type { PlannedQuery } from './query.ts';

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

/** Whether a phase makes what rows need to be loaded; the others want the rows there. */
export function isBeforeLoad(phase: Phase): boolean {
  return phases.indexOf(phase) < phases.indexOf('load');
}

/** One thing that is done, with what undoes it. */
export interface Step {
  /** Unique in the plan and stable: the phase and the object. */
  readonly id: string;
  readonly phase: Phase;
  /** What is done, in a few words. */
  readonly title: string;
  /** The object, as SQL text. */
  readonly subject: string;
  /** Set in the phases `keys`, `indexes` and `foreign-keys`: whose they are. Those of different tables may be made at once. */
  readonly table?: QualifiedName;
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

/** Tables whose rows of equal keys lie together. */
export interface PlannedGroup {
  readonly name: string;
  /** Of each of its tables. */
  readonly shardCount: number;
  /** The distribution columns' type; absent for tables that are not cut. */
  readonly type?: string;
  /** The table that is distributed first; the others are co-located with it by name. */
  readonly leader: QualifiedName;
}

/** A plan: from an analysis to a Citus database. JSON goes in and out unchanged. */
export interface Plan {
  readonly planVersion: '1.0';
  readonly origin: CatalogOrigin;
  /** Of the source that was planned for. */
  readonly fingerprint: CatalogFingerprint;
  /** Statements for every session that runs steps or loads rows: the source's names resolve in it. */
  readonly session: readonly string[];
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
  readonly weakenings: readonly Weakening[];
  readonly leftOut: readonly LeftOut[];
  readonly backfills: readonly Backfill[];
  /** What is copied between the phases before `load` and those after it. */
  readonly loads: readonly TableLoad[];
  /** What to look for in the source before anything is copied. */
  readonly foreignKeyChecks: readonly ForeignKeyCheck[];
  /** What is to be set once the rows are there, in place of the positions that were planned with. */
  readonly sequences: readonly SequenceLoad[];
  readonly colocationGroups: readonly PlannedGroup[];
  readonly tables: readonly PlannedTable[];
  /** The workload, with the classes that the analysis expects; absent without one. */
  readonly queries?: readonly PlannedQuery[];
}

/**
 * `hash`: cut by the hash of a column; `time-partitioned`: the same, with partitions by time below; `range`: cut by
 * ranges of a column; `schema`: whole on one node with all tables of its schema, as Citus' schema-based sharding
 * keeps it; `single-shard`: whole on one node with others; `reference`: whole on every node; `local`: on the
 * coordinator.
 */
export type Strategy =
  | 'hash'
  | 'time-partitioned'
  | 'range'
  | 'schema'
  | 'single-shard'
  | 'reference'
  | 'local';

/** What the target must hold once the plan is applied. */
export interface PlannedTable extends QualifiedName {
  readonly kind: 'distributed' | 'reference' | 'local' | 'single-shard';
  /** How Citus places it; partitions are placed with their parent. */
  readonly strategy: Strategy;
  readonly distributionColumn?: string;
  readonly colocationGroup?: string;
  /** Set for partitions, which go where their parent goes. */
  readonly partitionOf?: QualifiedName;
}
