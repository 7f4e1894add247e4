import type { BackendRow, NodeActivity, NodeSample, Sample, Vitals } from './sample.ts';

/** What a server says on which nothing happens. */
export const quietVitals: Vitals = {
  atSeconds: 100,
  postgresVersion: '15.20',
  citusVersion: '13.2-1',
  isInRecovery: false,
  startedAt: '2026-01-01T00:00:00+00:00',
  databaseBytes: 12_000_000,
  maxConnections: 100,
  reservedConnections: 3,
  connections: 10,
  tracksCounters: false,
  tracksTenants: false,
  totals: {
    transactions: 1000,
    rollbacks: 10,
    deadlocks: 0,
    tuplesRead: 5000,
    tuplesWritten: 500,
    temporaryBytes: 0,
  },
  cache: { tableHits: 900, tableReads: 100, indexHits: 990, indexReads: 10 },
  wraparound: { transactionAge: 5000, multixactAge: 1, database: 'shop' },
  prepared: [],
  slots: [],
  standbys: [],
};

const quietActivity: NodeActivity = {
  states: { idle: 2 },
  sessions: [],
  waits: [],
  locks: { held: 4, waiting: 0, strong: [] },
};

/** A node that answers; 0 is the coordinator. */
export function sampleNode(groupId: number, parts: Partial<NodeSample> = {}): NodeSample {
  return {
    id: groupId + 1,
    groupId,
    name: groupId === 0 ? 'coordinator' : `worker-${groupId}`,
    port: 5432,
    kind: 'primary',
    isActive: true,
    shouldHaveShards: groupId !== 0,
    hasMetadata: true,
    isMetadataSynced: true,
    reach: 'answers',
    vitals: quietVitals,
    activity: quietActivity,
    sizes: [],
    ...parts,
  };
}

/** A coordinator and two workers on which nothing happens. */
export function quietSample(parts: Partial<Sample> = {}): Sample {
  return {
    cluster: {
      now: '2026-01-02T00:00:00+00:00',
      database: 'shop',
      seesAllSessions: true,
      citusVersion: '13.2.2',
      poolSize: 90,
      hasCounters: true,
      hasTenants: true,
    },
    nodes: [sampleNode(0), sampleNode(1), sampleNode(2)],
    shards: { placements: 64, inactive: [], leftovers: [] },
    jobs: [],
    problems: [],
    ...parts,
  };
}

/** One process of a session. */
export function backend(pid: number, globalPid: string | null, parts: Partial<BackendRow> = {}): BackendRow {
  return {
    pid,
    globalPid,
    isWorkerQuery: false,
    backendType: 'client backend',
    user: 'app',
    application: 'web',
    client: '10.0.0.9',
    state: 'active',
    waitType: null,
    waitEvent: null,
    transactionSeconds: 1,
    querySeconds: 1,
    stateSeconds: 1,
    query: 'SELECT 1',
    ...parts,
  };
}

/** Activity of a node with these processes and waits. */
export function activityOf(sessions: readonly BackendRow[], waits: NodeActivity['waits'] = []): NodeActivity {
  return { ...quietActivity, sessions, waits };
}
