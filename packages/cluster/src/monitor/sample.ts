/**
 * What was read from a cluster at one moment, as the SQL in `packages/cluster/sql/monitor` gives it. Only
 * {@link summarize} looks at it: it turns one or two samples into the document that users see.
 */
export interface Sample {
  readonly cluster: ClusterFacts;
  /** Coordinator first. */
  readonly nodes: readonly NodeSample[];
  /** The rest is absent in light samples and where a problem says so. */
  readonly shards?: ShardState;
  readonly jobs?: readonly BackgroundJob[];
  readonly statements?: StatementCounts;
  readonly problems: readonly ProbeProblem[];
}

/** A probe that gave nothing; everything else of the sample stands. */
export interface ProbeProblem {
  readonly probe: string;
  /** Absent for what only the coordinator is asked. */
  readonly nodeId?: number;
  readonly reason: string;
}

/** What the coordinator says of the cluster as a whole. */
export interface ClusterFacts {
  /** By the coordinator's clock, ISO 8601. */
  readonly now: string;
  readonly database: string;
  /** Without it, others' sessions are hidden from the role. */
  readonly seesAllSessions: boolean;
  readonly citusVersion: string;
  /** Connections that the coordinator may hold to one node; -1 for no limit, null where the role may not know. */
  readonly poolSize: number | null;
  readonly hasCounters: boolean;
  readonly hasTenants: boolean;
}

/** One row of `pg_dist_node`. */
export interface NodeIdentity {
  readonly id: number;
  readonly groupId: number;
  readonly name: string;
  readonly port: number;
  readonly kind: 'primary' | 'secondary' | 'clone' | 'unavailable';
  readonly isActive: boolean;
  readonly shouldHaveShards: boolean;
  readonly hasMetadata: boolean;
  readonly isMetadataSynced: boolean;
}

/** A node and what it answered; nothing but its identity when it did not. */
export interface NodeSample extends NodeIdentity {
  /** `unasked`: no active primary, and so no business of the queries. */
  readonly reach: 'answers' | 'unreachable' | 'unasked';
  readonly vitals?: Vitals;
  readonly activity?: NodeActivity;
  readonly counters?: QueryCounters;
  readonly tenants?: readonly TenantCount[];
  readonly sizes?: readonly TableSize[];
}

/** What a server counts, allows and holds back. */
export interface Vitals {
  /** By the server's clock; between two samples of one server, the time that rates are over. */
  readonly atSeconds: number;
  readonly postgresVersion: string;
  readonly citusVersion: string | null;
  readonly isInRecovery: boolean;
  readonly startedAt: string;
  readonly databaseBytes: number;
  readonly maxConnections: number;
  /** Of those, kept for superusers. */
  readonly reservedConnections: number;
  /** Clients' sessions in all databases, other nodes' included. */
  readonly connections: number;
  readonly tracksCounters: boolean;
  readonly tracksTenants: boolean;
  /** Of this database since its statistics were reset. */
  readonly totals: {
    readonly transactions: number;
    readonly rollbacks: number;
    readonly deadlocks: number;
    readonly tuplesRead: number;
    readonly tuplesWritten: number;
    readonly temporaryBytes: number;
  };
  /** Blocks of tables and indexes of this database, shards included. */
  readonly cache: CacheCounts;
  /** The oldest of all databases. */
  readonly wraparound: {
    readonly transactionAge: number;
    readonly multixactAge: number;
    readonly database: string;
  };
  readonly prepared: readonly PreparedTransaction[];
  readonly slots: readonly ReplicationSlot[];
  readonly standbys: readonly Standby[];
}

/** Blocks found in shared buffers, and those that were not. */
export interface CacheCounts {
  readonly tableHits: number;
  readonly tableReads: number;
  readonly indexHits: number;
  readonly indexReads: number;
}

export interface PreparedTransaction {
  readonly gid: string;
  readonly database: string;
  readonly owner: string;
  readonly ageSeconds: number;
}

export interface ReplicationSlot {
  readonly name: string;
  readonly kind: 'physical' | 'logical';
  readonly database: string | null;
  readonly isActive: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string | null;
  readonly retainedBytes: number | null;
}

/** A server that copies a node, as the node sees it. */
export interface Standby {
  readonly name: string;
  readonly address: string | null;
  readonly state: string;
  readonly syncState: string;
  /** Bytes of WAL not yet replayed there. */
  readonly lagBytes: number | null;
  /** Absent also when all was replayed a while ago. */
  readonly lagSeconds: number | null;
}

/** Sessions of one server that are at work, wait, or are waited for. */
export interface NodeActivity {
  /** Clients' own sessions by state, as in `pg_stat_activity`. */
  readonly states: Readonly<Record<string, number>>;
  readonly sessions: readonly BackendRow[];
  readonly waits: readonly WaitRow[];
  readonly locks: {
    readonly held: number;
    readonly waiting: number;
    /** On tables, from SHARE upwards. */
    readonly strong: readonly {
      /** Null for a prepared transaction. */
      readonly pid: number | null;
      readonly mode: string;
      readonly relation: string;
      readonly isGranted: boolean;
    }[];
  };
}

/** A line of `pg_stat_activity` with what Citus knows of it. */
export interface BackendRow {
  readonly pid: number;
  /** The same on every server that works for one session; null for processes that are nobody's session. */
  readonly globalPid: string | null;
  /** It works for a session that began on another server. */
  readonly isWorkerQuery: boolean;
  readonly backendType: string;
  readonly user: string | null;
  readonly application: string | null;
  readonly client: string | null;
  readonly state: string | null;
  readonly waitType: string | null;
  readonly waitEvent: string | null;
  readonly transactionSeconds: number | null;
  readonly querySeconds: number | null;
  readonly stateSeconds: number | null;
  readonly query: string | null;
}

/** One process waits for another, on one server. */
interface WaitRow {
  readonly waiting: number;
  /** 0 for a prepared transaction. */
  readonly blocking: number;
  readonly lock: string | null;
  readonly seconds: number | null;
}

/** Queries that entered through one node since its counters were reset. */
export interface QueryCounters {
  readonly singleShard: number;
  readonly multiShard: number;
  readonly connectionsOpened: number;
  readonly connectionsReused: number;
  readonly connectionsFailed: number;
}

export interface TenantCount {
  readonly colocationId: number;
  readonly tenant: string;
  readonly readsNow: number;
  readonly readsBefore: number;
  readonly queriesNow: number;
  readonly queriesBefore: number;
  readonly cpuSecondsNow: number;
  readonly cpuSecondsBefore: number;
}

/** A table's shards on one node. */
export interface TableSize {
  readonly table: string;
  readonly kind: 'distributed' | 'reference' | 'single-shard' | 'local';
  readonly shards: number;
  /** Of those, locked exclusively by somebody and so not measured. */
  readonly unmeasured: number;
  readonly bytes: number;
  readonly largestBytes: number;
  readonly largestShard: string;
}

export interface ShardState {
  readonly placements: number;
  readonly inactive: readonly {
    readonly shard: string;
    readonly table: string;
    readonly groupId: number;
    readonly state: number;
  }[];
  /** Rows of `pg_dist_cleanup`, at most 1,000. */
  readonly leftovers: readonly {
    readonly record: string;
    readonly kind: string;
    readonly name: string;
    readonly groupId: number;
    /** The operation that made it still runs. */
    readonly isInUse: boolean;
  }[];
}

export interface BackgroundJob {
  readonly id: number;
  readonly state: string;
  readonly kind: string;
  readonly description: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Tasks by status. */
  readonly tasks: Readonly<Record<string, number>> | null;
  readonly errors: readonly {
    readonly task: number;
    readonly command: string;
    readonly retries: number;
    readonly message: string;
  }[];
}

/** What the coordinator counted per statement, or why it did not. */
export type StatementCounts =
  | {
      readonly kind: 'tracked';
      /** Whether Citus counts too, and so the executor and tenants are known. */
      readonly citusTracks: boolean;
      /** By total time, at most 100. */
      readonly rows: readonly StatementRow[];
    }
  | { readonly kind: 'off'; readonly reason: string; readonly remedy: string };

export interface StatementRow {
  readonly queryId: string;
  readonly query: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  /** How Citus ran it: `adaptive`, `insert-select`; null when unknown. */
  readonly executor: string | null;
  /** Distinct values of the distribution column that it was asked for; null when unknown. */
  readonly tenants: number | null;
}
