import type { CatalogFingerprint, CatalogOrigin, Provenance } from '@shardwright/catalog';
import type { QualifiedName } from '@shardwright/core';
import type { Finding } from './finding.ts';
import type { QueryAnalysis, QuerySummary } from './query.ts';

/** The answer of `migrate analyze`. JSON goes in and out unchanged; `schemaVersion` changes when a reader could break. */
export interface Analysis {
  readonly schemaVersion: '1.0';
  readonly origin: CatalogOrigin;
  /** By which the database is known again, and what changed in it since. */
  readonly fingerprint: CatalogFingerprint;
  readonly options: ResolvedOptions;
  readonly headline: Headline;
  readonly tables: readonly TableAnalysis[];
  readonly colocationGroups: readonly ColocationGroup[];
  /** Foreign keys and inferred relations, as edges between tables. */
  readonly relations: readonly Relation[];
  readonly findings: readonly Finding[];
  readonly optimisation: Optimisation;
  /** Other designs with their numbers, best first; the chosen one is not among them. */
  readonly alternatives: readonly Alternative[];
  readonly workload?: WorkloadAnalysis;
  readonly coverage: Coverage;
}

/** The options an analysis ran with, defaults filled in. */
export interface ResolvedOptions {
  /** Worker nodes the advice is for. */
  readonly nodes: number;
  /** Shards per co-location group; `recommended` says whether the tool chose it. */
  readonly shards: { readonly count: number; readonly recommended: boolean; readonly reason: string };
  readonly tenant?: string;
  readonly overrides: readonly { readonly table: QualifiedName; readonly decision: string }[];
}

/** What a reader needs to know first. */
export interface Headline {
  /** Can it run on Citus: `yes`, `with-changes` (the findings say which), `no` (nothing gains from distribution). */
  readonly verdict: 'yes' | 'with-changes' | 'no';
  /** One sentence for people. */
  readonly sentence: string;
  readonly counts: {
    readonly tables: number;
    readonly distributed: number;
    readonly reference: number;
    readonly local: number;
    readonly singleShard: number;
    readonly needBackfill: number;
  };
  /** Findings by severity. */
  readonly findings: { readonly error: number; readonly warning: number; readonly info: number };
  /** Share (0 … 1) of calls that one shard answers, when a workload was given. */
  readonly routerShareOfCalls?: number;
}

/** One table with its decision and the grounds for it. */
export interface TableAnalysis extends QualifiedName {
  readonly decision: Decision;
  /** Why, in sentences, weightiest first. */
  readonly reasons: readonly string[];
  /** Ids into `Analysis.findings` (their index). */
  readonly findings: readonly number[];
  /** 1-based line of CREATE TABLE; 0 for live databases. */
  readonly line: number;
  readonly rows?: { readonly count: number; readonly provenance: Provenance };
  readonly bytes?: number;
  readonly partitionedBy?: string;
  readonly skew?: Skew;
  /** What else this table could have been, with what it would cost. */
  readonly candidates: readonly Candidate[];
}

/** What becomes of a table on Citus. */
export type Decision =
  | {
      readonly kind: 'distributed';
      readonly column: string;
      readonly colocationGroup: string;
      /** The column does not exist yet: it is added and filled over `via`. */
      readonly addedColumn: boolean;
      /** Foreign keys, from this table to the one that holds the column; empty unless `addedColumn`. */
      readonly via: readonly RelationStep[];
      /** The column at the end of `via` whose values are taken along; only with `addedColumn`. */
      readonly sourceColumn?: string;
      readonly method: 'hash' | 'range';
      /** Set for partitioned tables: hash shards of time partitions. */
      readonly timePartitioned: boolean;
    }
  | { readonly kind: 'reference' }
  | { readonly kind: 'local' }
  | { readonly kind: 'single-shard'; readonly schema: string; readonly colocationGroup: string };

/** One hop from a table to the table it references. */
export interface RelationStep {
  readonly from: QualifiedName;
  readonly columns: readonly string[];
  readonly to: QualifiedName;
  readonly referencedColumns: readonly string[];
  /** The constraint; absent for inferred relations. */
  readonly constraint?: string;
  /** False when a NULL on the way would leave rows without a value. */
  readonly notNull: boolean;
}

/** What a table could be, and its cost in the optimiser's currency (see `Optimisation.currency`). */
export interface Candidate {
  readonly decision: Decision;
  readonly cost: number;
  readonly chosen: boolean;
  readonly note: string;
}

/** Distributed tables that share nodes for equal keys. */
export interface ColocationGroup {
  /** Named for what the key means, e.g. `company_id`. */
  readonly name: string;
  readonly type: string;
  readonly tables: readonly QualifiedName[];
  /** The table whose primary key the key is, where there is one. */
  readonly root?: QualifiedName;
  readonly shardCount: number;
  readonly bytes?: number;
}

/** An edge between two tables. */
export interface Relation {
  readonly from: QualifiedName;
  readonly columns: readonly string[];
  readonly to: QualifiedName;
  readonly referencedColumns: readonly string[];
  readonly origin: 'foreign-key' | 'inferred' | 'workload';
  readonly constraint?: string;
  /** What an inferred relation rests on; absent for foreign keys. */
  readonly evidence?: string;
  /** Whether it stays inside one shard, crosses to a reference table, or needs the network. */
  readonly locality: 'colocated' | 'reference' | 'network' | 'local';
}

/** How good the chosen design is, and how sure that is. */
export interface Optimisation {
  readonly status: 'optimal' | 'feasible';
  /** Relative gap to the best bound; 0 when proven optimal. */
  readonly gap: number;
  readonly objective: number;
  /** What the objective counts, in words: e.g. `network bytes per 1,000 calls`. */
  readonly currency: string;
  /** Share of relations (weighted) that need no network under the chosen design. */
  readonly localRelationShare: number;
  readonly variables: number;
  readonly constraints: number;
  readonly seconds: number;
}

/** A different design. */
export interface Alternative {
  /** The key it is built around, e.g. `user_id`, and what tells it from others of that key. */
  readonly name: string;
  readonly objective: number;
  readonly distributed: number;
  readonly reference: number;
  readonly local: number;
  readonly needBackfill: number;
  /** Share of relations (weighted) that need no network. */
  readonly localRelationShare: number;
  /** Share of calls one shard answers; only with a workload. */
  readonly routerShareOfCalls?: number;
  /** One sentence: what is better and what is worse than in the chosen design. */
  readonly sentence: string;
}

/** Where rows land, for a distributed table whose key was measured. */
export interface Skew {
  /** `exact`: every value was seen; `sampled`: heavy hitters exact, the rest from a sample. */
  readonly provenance: 'exact' | 'sampled';
  readonly shardBytes: readonly number[];
  /** By node, first placement round-robin. */
  readonly nodeBytes: readonly number[];
  /** Largest shard over mean shard. */
  readonly maxOverMean: number;
  readonly hottest: { readonly value: string; readonly share: number };
  readonly distinct: number;
}

/** The workload under the chosen design. */
export interface WorkloadAnalysis {
  readonly queries: readonly QueryAnalysis[];
  readonly summary: QuerySummary;
  readonly unparsed: number;
}

/** What the advice rests on. */
export interface Coverage {
  readonly tablesWithData: number;
  readonly rowsSeen: number;
  readonly rowsSampled: number;
  readonly statements: number;
  readonly verbatim: readonly { readonly node: string; readonly count: number; readonly firstLine: number }[];
  readonly problems: readonly { readonly line: number; readonly message: string; readonly sql: string }[];
  /** Why no workload stands behind the advice, and how to get one; absent when one does. */
  readonly noWorkload?: string;
  /** Sentences on what was measured, what was estimated, and what was not there. */
  readonly notes: readonly string[];
}
