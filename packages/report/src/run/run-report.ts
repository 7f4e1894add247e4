/** What a migration did, from its journal; times are ISO 8601. JSON goes in and out unchanged. */
export interface RunReport {
  readonly schemaVersion: '1.0';
  readonly toolVersion: string;
  readonly migration: {
    readonly id: string;
    /** `user@host:port/database`. */
    readonly source: string;
    readonly startedAt: string;
    readonly finishedAt?: string;
  };
  /** Whether this run did anything; not so where an earlier one had come to its end. */
  readonly isNew: boolean;
  /** Of this run; 0 where it did nothing. */
  readonly jobs: number;
  /** Of this run. */
  readonly seconds: { readonly before: number; readonly load: number; readonly after: number };
  /** Sent by all runs of the migration, in the time in which rows were sent; absent where that is too short to tell. */
  readonly bytesPerSecond?: number;
  readonly tables: readonly RunTable[];
  readonly recopied: readonly { readonly relation: string; readonly why: string }[];
  /** Carried to the coordinator. */
  readonly largeObjects: { readonly objects: number; readonly bytes: number };
  /** Foreign keys of the plan that were not made, as was asked: `orders_user_id_fkey ON public.orders`. */
  readonly foreignKeysLeftOut: readonly string[];
  readonly quarantine: readonly {
    readonly relation: string;
    readonly reason: string;
    readonly rows: number;
  }[];
  readonly steps: readonly RunStep[];
}

/** How a table's rows came over. */
export interface RunTable {
  /** Names as SQL text. */
  readonly relation: string;
  readonly target: string;
  readonly rows: number;
  /** As they were sent. */
  readonly bytes: number;
  /** As they were sent, in the time in which a chunk was at work; absent where that is too short to tell. */
  readonly bytesPerSecond?: number;
  readonly setAside: number;
  readonly path: string;
  readonly why: string;
  readonly format: string;
  readonly chunks: readonly {
    readonly chunk: number;
    readonly beganAt: string;
    readonly loadedAt: string;
    readonly rows: number;
    readonly bytes: number;
  }[];
}

/** A step of the plan that was done. */
export interface RunStep {
  readonly id: string;
  readonly phase: string;
  readonly title: string;
  readonly appliedAt: string;
  readonly seconds: number;
}

/** The forms such a report can take. */
export type RunReportFormat = 'html' | 'markdown' | 'json';
