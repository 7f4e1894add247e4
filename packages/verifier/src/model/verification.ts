import type { QualifiedName } from '@shardwright/core';

/** What a verification found. JSON goes in and out unchanged. */
export interface Verification {
  readonly verificationVersion: '1.0';
  /** `inconclusive`: nothing differs of what was compared, but not all was. */
  readonly verdict: 'equal' | 'different' | 'inconclusive';
  /** Connections without their secrets. */
  readonly source: string;
  readonly target: string;
  /** Per cent of the source's pages whose rows were to be compared; absent where all were. */
  readonly samplePercent?: number;
  /** Tables whose answer an earlier run left behind, each under a snapshot of its own. */
  readonly resumedTables: number;
  readonly structure: StructureVerification;
  readonly sequences: {
    readonly compared: number;
    readonly findings: readonly SequenceFinding[];
  };
  readonly largeObjects: {
    readonly compared: number;
    readonly findings: readonly LargeObjectFinding[];
    /** Why they were not compared, although there are some. */
    readonly reason?: string;
  };
  readonly tables: readonly TableVerification[];
  readonly hiddenRows: readonly HiddenRows[];
  /** What was not compared and why, and what to know of the rest. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Tables, columns, constraints, indexes, views, functions, … by name. */
export interface StructureVerification {
  readonly compared: number;
  readonly findings: readonly StructureFinding[];
  /** Objects that differ as the plan announced. */
  readonly announced: readonly string[];
}

/** An object that source and target do not have alike, although nobody announced it. */
export interface StructureFinding {
  readonly object: string;
  readonly change: 'missing' | 'unexpected' | 'changed' | 'not-as-planned';
  /** The definitions, where they are at hand. */
  readonly expected?: string;
  readonly found?: string;
}

/** A sequence that would give a value a second time. */
export interface SequenceFinding extends QualifiedName {
  readonly kind: 'missing' | 'behind-source' | 'behind-column';
  readonly what: string;
}

/** A large object that source and target do not have alike. */
export interface LargeObjectFinding {
  readonly oid: string;
  readonly kind: 'missing' | 'unexpected' | 'different';
  readonly what: string;
}

/** The rows of a table, its partitions included. */
export interface TableVerification extends QualifiedName {
  readonly verdict: 'equal' | 'different' | 'not-compared' | 'sampled';
  /** How many pages of the source were compared, where that was a sample. */
  readonly sampled?: { readonly pages: number; readonly ofPages: number };
  /** Rows on each side, of a sample those in it. */
  readonly rows: { readonly source: number; readonly target: number };
  /** Rows of the source that have no shard, by the plan; they are not in `rows`. Not counted in a sample. */
  readonly setAside: number;
  /** Why it was not compared. */
  readonly reason?: string;
  /** Whether the sums of all hashes differ; where no row does, the rows changed while they were looked for. */
  readonly sumsDiffer: boolean;
  /** Rows that were found to differ; those beyond the limit are counted only. */
  readonly differentRows: number;
  /** False where `differentRows` was counted in some of the buckets that differ only. */
  readonly allBucketsSearched: boolean;
  readonly differences: readonly RowDifference[];
  /** Rows in shards whose range does not hold the hash of their key, or the key itself. */
  readonly misplacedRows: number;
  readonly misplaced: readonly MisplacedRow[];
  /** Copies of a shard that are not alike. */
  readonly unequalPlacements: readonly UnequalPlacement[];
}

/** One row that is not the same on both sides; values as text, shortened. */
export interface RowDifference {
  /** `copies`: the same row, but not as often. */
  readonly kind: 'only-in-source' | 'only-in-target' | 'different' | 'copies';
  /** The key's columns; empty for a table without one. */
  readonly key: Readonly<Record<string, string | null>>;
  /** How many rows there are. */
  readonly copies: { readonly source: number; readonly target: number };
  /** The columns that differ, or all where one side has no row. */
  readonly columns: readonly ColumnDifference[];
}

/** A column of a row on both sides; absent where that side has no row. */
export interface ColumnDifference {
  readonly name: string;
  readonly source?: string | null;
  readonly target?: string | null;
}

/** A row that is where routed queries do not find it. */
export interface MisplacedRow {
  readonly columns: readonly { readonly name: string; readonly value: string | null }[];
  /** Where it is. */
  readonly shard: string;
  /** Where its key leads to; absent where that is nowhere. */
  readonly belongsTo?: string;
}

/** A copy that differs from the first of the same shard. */
export interface UnequalPlacement {
  readonly shard: string;
  readonly node: string;
  readonly rows: number;
  readonly rowsOfFirst: number;
}

/** A table of Citus with rows in its own heap, which no query reads. */
export interface HiddenRows extends QualifiedName {
  readonly node: string;
  readonly sizeBytes: number;
  /** By the server's statistics: 0 means that all are dead. */
  readonly liveRows: number;
  /** The server has lost its statistics, as in a crash: there may be rows. */
  readonly isUnknown?: boolean;
}
