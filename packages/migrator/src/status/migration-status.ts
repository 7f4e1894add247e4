import type { MigrationState } from '../journal/journal.ts';
import type { LargeObjectCount } from '../load/large-objects/journalled-objects.ts';
import type { RunAtWork } from '../target/only-run.ts';

/** A migration as its journal tells it; times are ISO 8601, by the clock of the node that wrote them. */
export interface MigrationStatus {
  readonly id: string;
  /** `user@host:port/database`. */
  readonly source: string;
  readonly state: MigrationState;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** The run that works on the target now. Where there is none and the state is not `done`, one was interrupted. */
  readonly atWork?: RunAtWork;
  /** Of the plan, and those that were done. */
  readonly steps: { readonly total: number; readonly done: readonly StepTimes[] };
  /** Every table of the plan that holds rows, in its order. */
  readonly tables: readonly TableStatus[];
  readonly quarantine: readonly QuarantineCount[];
  /** Carried to the coordinator so far. */
  readonly largeObjects: LargeObjectCount;
  /** When something was committed last: a step or a chunk. */
  readonly lastActivity?: string;
  /** Why the workers' part of the journal could not be read: chunks and rows are then too few. */
  readonly unread?: string;
}

/** When a step was done. */
interface StepTimes {
  readonly id: string;
  readonly appliedAt: string;
  readonly seconds: number;
}

/** How far a table is. */
export interface TableStatus {
  /** Name in the source, as SQL text. */
  readonly relation: string;
  /** How its rows are loaded; absent before that is decided. */
  readonly load?: {
    readonly path: string;
    readonly why: string;
    readonly format: string;
    /** Goes up when it is copied anew. */
    readonly generation: number;
    /** In the source. */
    readonly sourceBytes: number;
  };
  readonly chunks: { readonly done: number; readonly total: number };
  readonly rows: number;
  /** As they were sent. */
  readonly bytes: number;
  readonly setAside: number;
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** Chunks that were committed, also in part, in the order in which they were begun. */
  readonly history: readonly ChunkTimes[];
}

/** When a chunk was loaded. */
interface ChunkTimes {
  /** Counted from 0. */
  readonly chunk: number;
  readonly beganAt: string;
  readonly loadedAt: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Rows that were set aside for one reason. */
export interface QuarantineCount {
  readonly relation: string;
  readonly reason: string;
  readonly rows: number;
}
