import type { Alert } from './alerts/alert.ts';
import type { Thresholds } from './alerts/thresholds.ts';
import type {
  BackgroundJob,
  PreparedTransaction,
  ProbeProblem,
  ReplicationSlot,
  ShardState,
  Standby,
  StatementRow,
  TenantCount,
} from './sample.ts';

/**
 * A cluster at one moment, with what changed since the sample before. Parts that could not be read are absent, and
 * `problems` says why. Counts are since the statistics were reset, rates and `interval…` since the sample before.
 */
export interface MonitorSnapshot {
  readonly schemaVersion: 'monitor-1.0';
  /** By the coordinator's clock, ISO 8601. */
  readonly takenAt: string;
  /** Since the sample before; absent without one, and so are all rates. */
  readonly intervalSeconds?: number;
  readonly database: string;
  readonly citusVersion: string;
  /** Without it (`pg_monitor`), others' sessions are hidden. */
  readonly seesAllSessions: boolean;
  /** Worst first. */
  readonly alerts: readonly Alert[];
  /** Coordinator first. */
  readonly nodes: readonly NodeReport[];
  readonly activity: ActivityReport;
  readonly shards: ShardReport;
  readonly queries: Tracked<QueryReport>;
  readonly statements?: Tracked<StatementReport>;
  readonly tenants: Tracked<TenantReport>;
  readonly jobs?: readonly BackgroundJob[];
  readonly problems: readonly (ProbeProblem & { readonly node?: string })[];
  readonly thresholds: Thresholds;
}

/** Something that Citus counts only when it is told to. */
export type Tracked<Report> =
  | ({ readonly kind: 'tracked' } & Report)
  | { readonly kind: 'off'; readonly reason: string; readonly remedy: string };

export interface NodeReport {
  readonly id: number;
  readonly groupId: number;
  /** `host:port`, or `:port` for unix sockets. */
  readonly node: string;
  readonly role: 'coordinator' | 'worker';
  /** `standby`: it copies another node. `inactive`: switched off with citus_disable_node. */
  readonly state: 'active' | 'unreachable' | 'inactive' | 'standby';
  readonly hasShards: boolean;
  readonly isMetadataSynced: boolean;
  /** The rest is absent while it does not answer. */
  readonly postgresVersion?: string;
  readonly startedAt?: string;
  readonly databaseBytes?: number;
  readonly connections?: ConnectionReport;
  readonly rates?: NodeRates;
  readonly cache?: CacheReport;
  readonly locks?: { readonly held: number; readonly waiting: number };
  readonly wraparound?: {
    readonly transactionAge: number;
    readonly multixactAge: number;
    readonly database: string;
  };
  readonly prepared?: readonly PreparedTransaction[];
  readonly slots?: readonly ReplicationSlot[];
  readonly standbys?: readonly Standby[];
}

export interface ConnectionReport {
  readonly used: number;
  readonly max: number;
  /** What clients that are no superusers may take. */
  readonly usable: number;
  /** What the coordinator may take of it; absent for no limit and on the coordinator itself. */
  readonly coordinatorMayTake?: number;
}

/** Per second. */
export interface NodeRates {
  readonly transactions: number;
  /**
   * There are more: since PostgreSQL 15 a session tells of transactions that touched no local row when it ends, and
   * where queries enter the cluster, most are such.
   */
  readonly transactionsAreMinimum?: true;
  readonly rollbacks: number;
  readonly tuplesRead: number;
  readonly tuplesWritten: number;
  /** On distributed tables that entered through this node; absent where citus.enable_stat_counters is off. */
  readonly queries?: number;
}

/** Shares of blocks, 0 … 1, found in shared buffers; absent where fewer than 100 were asked for. */
export interface CacheReport {
  readonly table?: number;
  readonly index?: number;
  readonly intervalTable?: number;
  readonly intervalIndex?: number;
  /** Blocks that the interval's shares are of. */
  readonly intervalBlocks?: number;
}

export interface ActivityReport {
  /** Clients' sessions over all nodes by state. */
  readonly states: Readonly<Record<string, number>>;
  /** At work, waiting or waited for; longest transaction first. */
  readonly sessions: readonly Session[];
  readonly blocked: readonly BlockedSession[];
  /** Rings of sessions that wait for one another, by global pid. */
  readonly deadlocks: readonly (readonly string[])[];
  /** On tables, from SHARE upwards, of all nodes. */
  readonly strongLocks: readonly {
    readonly node: string;
    /** Its id, or `prepared transaction`. */
    readonly session: string;
    readonly mode: string;
    readonly relation: string;
    readonly isGranted: boolean;
  }[];
}

/** What belongs to one client, wherever it runs. */
export interface Session {
  /** Citus' global pid; of the node and process where it has none. */
  readonly id: string;
  /** Where it began; absent while that node is not seen. */
  readonly node?: string;
  readonly pid?: number;
  readonly kind: 'client' | 'server process';
  readonly user: string | null;
  readonly application: string | null;
  readonly client: string | null;
  readonly state: string | null;
  readonly wait: string | null;
  readonly transactionSeconds: number | null;
  readonly querySeconds: number | null;
  readonly stateSeconds: number | null;
  readonly query: string | null;
  /** Processes on other nodes that work for it. */
  readonly workers: readonly { readonly node: string; readonly pid: number; readonly wait: string | null }[];
}

export interface BlockedSession {
  readonly id: string;
  /** Ids of sessions; `prepared transaction` for those that no process holds. */
  readonly blockedBy: readonly string[];
  /** Where it waits. */
  readonly node: string;
  /** The lock it wants, as `AccessExclusiveLock on relation orders_102008`. */
  readonly lock: string | null;
  readonly seconds: number | null;
  readonly query: string | null;
}

export interface ShardReport {
  readonly placements?: number;
  readonly inactive?: ShardState['inactive'];
  /** What moves and splits left, without what a running one still needs. */
  readonly leftovers?: ShardState['leftovers'];
  /** Largest first. */
  readonly tables: readonly TableReport[];
  /** Bytes of distributed tables on nodes that take shards, the largest over the mean; 1 is even. */
  readonly nodeSkew?: number;
  readonly nodeBytes: Readonly<Record<string, number>>;
}

export interface TableReport {
  readonly table: string;
  readonly kind: 'distributed' | 'reference' | 'single-shard' | 'local';
  /** Placements; of a reference table, its copies. */
  readonly shards: number;
  /** Locked exclusively by somebody, and so not measured. */
  readonly unmeasured: number;
  readonly bytes: number;
  /** The largest shard over the mean; absent for one shard and where a node is not seen. */
  readonly skew?: number;
  readonly largestShard: string;
  readonly largestBytes: number;
}

export interface QueryReport {
  readonly singleShard: number;
  readonly multiShard: number;
  /** 0 … 1 of all queries; absent before the first one. */
  readonly multiShardShare?: number;
  readonly intervalSingleShard?: number;
  readonly intervalMultiShard?: number;
  readonly intervalConnectionsFailed?: number;
  /** Nodes that count; the others have citus.enable_stat_counters off or do not answer. */
  readonly nodes: readonly string[];
}

export interface StatementReport {
  /** `citus_stat_statements` tells executor and tenants besides. */
  readonly source: 'pg_stat_statements' | 'pg_stat_statements with citus_stat_statements';
  /** Dearest first. */
  readonly top: readonly (StatementRow & {
    readonly intervalCalls?: number;
    readonly intervalMs?: number;
  })[];
}

export interface TenantReport {
  /** Busiest first. */
  readonly top: readonly (TenantCount & { readonly share: number })[];
  readonly nodes: readonly string[];
}
