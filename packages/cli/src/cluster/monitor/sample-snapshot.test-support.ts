import { defaultThresholds, type MonitorSnapshot } from '@shardwright/cluster';

const cache = { table: 0.9991, index: 1, intervalTable: 0.87, intervalBlocks: 20_000 };

/** A cluster in trouble, with something in every section. */
export const troubledSnapshot: MonitorSnapshot = {
  schemaVersion: 'monitor-1.0',
  takenAt: '2026-03-01T12:00:00.123456+00:00',
  intervalSeconds: 2.04,
  database: 'shop',
  citusVersion: '13.2.2',
  seesAllSessions: true,
  alerts: [
    {
      rule: 'node-unreachable',
      severity: 'error',
      node: 'worker-2.internal.example:5432',
      what: 'worker-2.internal.example:5432 does not answer the coordinator',
      evidence: 'failed to connect to worker-2.internal.example:5432',
      fix: 'Start its server, or look for what keeps the coordinator from it; queries that touch its shards fail until then.',
    },
    {
      rule: 'idle-in-transaction',
      severity: 'warning',
      what: 'Session 10000000042 has a transaction open and does nothing for 5 min',
      evidence: 'app with web from 10.0.0.9, last UPDATE orders',
      fix: 'Commit sooner in the application.',
    },
  ],
  nodes: [
    {
      id: 1,
      groupId: 0,
      node: 'coordinator.internal.example:5432',
      role: 'coordinator',
      state: 'active',
      hasShards: false,
      isMetadataSynced: true,
      postgresVersion: '15.20',
      databaseBytes: 12_345_678,
      connections: { used: 95, max: 100, usable: 97 },
      rates: { transactions: 1234.5, rollbacks: 0, tuplesRead: 98_765, tuplesWritten: 12, queries: 2345 },
      cache,
      locks: { held: 40, waiting: 2 },
      prepared: [{ gid: 'citus_0_12_34_5', database: 'shop', owner: 'app', ageSeconds: 400 }],
      slots: [
        {
          name: 's',
          kind: 'logical',
          database: 'shop',
          isActive: false,
          walStatus: 'lost',
          retainedBytes: 9e9,
        },
      ],
      standbys: [
        { name: 'copy', address: null, state: 'streaming', syncState: 'async', lagBytes: 5e6, lagSeconds: 3 },
      ],
    },
    {
      id: 3,
      groupId: 2,
      node: 'worker-2.internal.example:5432',
      role: 'worker',
      state: 'unreachable',
      hasShards: true,
      isMetadataSynced: true,
    },
  ],
  activity: {
    states: { active: 3, 'idle in transaction': 1 },
    sessions: [
      {
        id: '10000000042',
        node: 'coordinator.internal.example:5432',
        pid: 42,
        kind: 'client',
        user: 'app',
        application: 'web',
        client: '10.0.0.9',
        state: 'idle in transaction',
        wait: null,
        transactionSeconds: 310,
        querySeconds: 305,
        stateSeconds: 300,
        query:
          'UPDATE orders\n   SET note = \u0027a long statement that goes on and on and on\u0027 WHERE id = 1',
        workers: [{ node: 'worker-1:5432', pid: 7, wait: null }],
      },
    ],
    blocked: [
      {
        id: '10000000050',
        blockedBy: ['10000000042', 'prepared transaction'],
        node: 'worker-1:5432',
        lock: 'ShareLock on transactionid',
        seconds: 61,
        query: 'DELETE FROM orders WHERE id = 1',
      },
    ],
    deadlocks: [],
    strongLocks: [
      {
        node: 'worker-1:5432',
        session: '10000000042',
        mode: 'AccessExclusiveLock',
        relation: 'orders_102008',
        isGranted: true,
      },
    ],
  },
  shards: {
    placements: 64,
    inactive: [],
    leftovers: [],
    tables: [
      {
        table: 'public.orders',
        kind: 'distributed',
        shards: 32,
        unmeasured: 1,
        bytes: 5e9,
        largestShard: '102008',
        largestBytes: 1e9,
      },
    ],
    nodeSkew: 1.4,
    nodeBytes: {},
  },
  queries: {
    kind: 'tracked',
    singleShard: 9000,
    multiShard: 1000,
    multiShardShare: 0.1,
    intervalSingleShard: 90,
    intervalMultiShard: 10,
    nodes: ['coordinator.internal.example:5432'],
  },
  statements: {
    kind: 'tracked',
    source: 'pg_stat_statements',
    top: [
      {
        queryId: '1',
        query: 'SELECT * FROM orders WHERE customer = $1 AND placed_at > $2 ORDER BY placed_at',
        calls: 12_000,
        totalMs: 640_000,
        rows: 24_000,
        executor: 'adaptive',
        tenants: 800,
        intervalCalls: 40,
        intervalMs: 1000,
      },
    ],
  },
  tenants: { kind: 'off', reason: 'no node follows tenants', remedy: 'turn it on, on every node' },
  jobs: [
    {
      id: 7,
      state: 'running',
      kind: 'rebalance',
      description: 'Rebalance all colocation groups',
      startedAt: null,
      finishedAt: null,
      tasks: { runnable: 3, done: 1 },
      errors: [
        { task: 2, command: 'SELECT citus_move_shard_placement(…)', retries: 1, message: 'disk\nfull' },
      ],
    },
  ],
  problems: [],
  thresholds: defaultThresholds,
};
