import type { Volatility } from './builtin-functions.ts';

/** What names in a query may refer to, whatever the layout: enough to resolve a query once. */
export interface NameContext {
  /** Schemas searched for unqualified names, first to last. */
  readonly searchPath: readonly string[];
  /** By `nameKey`. */
  readonly tables: ReadonlyMap<string, TableDefinition>;
  /** Functions and aggregates that the database defines, by `nameKey`; several when the name is overloaded. */
  readonly functions: ReadonlyMap<string, readonly FunctionDefinition[]>;
}

/** A table or view as the resolver needs it. */
export interface TableDefinition {
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized-view';
  readonly columns: readonly ColumnDefinition[];
  /** Column names of the primary key and of each unique key. */
  readonly uniqueKeys: readonly (readonly string[])[];
  /** A view's query. */
  readonly definition?: string;
}

export interface ColumnDefinition {
  readonly name: string;
  /** PostgreSQL's internal type name; `int4[]` for arrays. */
  readonly type: string;
  readonly notNull: boolean;
  /** The default as SQL text. */
  readonly default?: string;
}

export interface FunctionDefinition {
  readonly kind: 'function' | 'aggregate' | 'window' | 'procedure';
  readonly volatility: Volatility;
  readonly returnsSet: boolean;
  readonly strict: boolean;
}

/** Where tables live: what Citus' metadata would hold. */
export interface Layout {
  /** By the same keys as `NameContext.tables`. A table that is missing is a plain local one. */
  readonly tables: ReadonlyMap<string, TablePlacement>;
  readonly settings: Settings;
}

/** A table's kind and shards on Citus. */
export type TablePlacement =
  | HashPlacement
  | RangePlacement
  | {
      readonly kind: 'reference';
      /** Whether the coordinator holds a copy, which joins with local tables need. */
      readonly onCoordinator: boolean;
    }
  | { readonly kind: 'single-shard'; readonly colocation: string; readonly node?: number }
  | { readonly kind: 'citus-local' }
  | { readonly kind: 'local' };

/** Distributed by hash, or by append (which has no known ranges). */
export interface HashPlacement {
  readonly kind: 'hash' | 'append';
  readonly column: string;
  readonly colocation: string;
  readonly shardCount: number;
  /** Shards that do not split the hash range evenly cannot be told apart here. */
  readonly uniform: boolean;
  /** Shards have more than one copy (`citus.shard_replication_factor`, without streaming replication). */
  readonly isReplicated?: boolean;
  /** Node of each shard where it is known; queries on several tables need one node for all. */
  readonly shardNodes?: readonly number[];
}

export interface RangePlacement {
  readonly kind: 'range';
  readonly column: string;
  readonly colocation: string;
  readonly shardCount: number;
  /** Lowest and highest value of each shard, where known. */
  readonly ranges?: readonly { readonly min: string; readonly max: string }[];
  readonly shardNodes?: readonly number[];
}

/** The settings that change how Citus plans. */
export interface Settings {
  readonly fastPathRouter: boolean;
  readonly routerExecution: boolean;
  readonly repartitionJoins: boolean;
  readonly singleHashRepartitionJoins: boolean;
  readonly repartitionedInsertSelect: boolean;
  readonly localTableJoinPolicy: 'auto' | 'prefer-local' | 'prefer-distributed' | 'never';
  readonly coordinatorAggregation: boolean;
  readonly nonColocatedRouter: boolean;
  readonly subqueryPushdown: boolean;
  readonly recurringOuterJoinPushdown: boolean;
}

/** Citus' defaults, but for repartition joins' (see `citusSettings`). */
export const defaultSettings: Settings = {
  fastPathRouter: true,
  routerExecution: true,
  repartitionJoins: false,
  singleHashRepartitionJoins: false,
  repartitionedInsertSelect: true,
  localTableJoinPolicy: 'auto',
  coordinatorAggregation: true,
  nonColocatedRouter: false,
  subqueryPushdown: false,
  recurringOuterJoinPushdown: true,
};
