import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { probeNames } from '../read-sample.ts';
import { activityOf, backend, quietSample, quietVitals, sampleNode } from '../sample.test-support.ts';
import type { NodeSample, Sample, Vitals } from '../sample.ts';
import { summarize } from '../summarize.ts';
import { alertRules } from './find-alerts.ts';
import { thresholds } from './thresholds.ts';

const worker = (parts: Partial<NodeSample>): Sample =>
  quietSample({ nodes: [sampleNode(0), sampleNode(1, parts), sampleNode(2)] });
const vitals = (parts: Partial<Vitals>): Sample => worker({ vitals: { ...quietVitals, ...parts } });
const session = (parts: Parameters<typeof backend>[2]): Sample =>
  worker({ activity: activityOf([backend(1, '7', parts)]) });
const slot = { name: 's', kind: 'logical', database: 'shop', walStatus: 'reserved' } as const;
const counters = { connectionsOpened: 1, connectionsReused: 1, connectionsFailed: 0 };
const table = {
  table: 'public.t',
  kind: 'distributed',
  shards: 8,
  unmeasured: 0,
  largestShard: '1',
} as const;
const tenant = {
  colocationId: 1,
  readsNow: 0,
  readsBefore: 0,
  queriesBefore: 0,
  cpuSecondsNow: 0,
  cpuSecondsBefore: 0,
};
const shards = { placements: 8, inactive: [], leftovers: [] };
const leftover = { record: '1', kind: 'shard', name: 's', groupId: 1, isInUse: false };
const job = { id: 1, kind: 'rebalance', description: '', startedAt: null, finishedAt: null, tasks: null };
const failure = { task: 1, command: '', retries: 3, message: 'out of disk' };
const unreachable: Partial<NodeSample> = { reach: 'unreachable' };
const wait = { waiting: 1, blocking: 2, lock: 'x' };

/** For each rule: what raises it with which severity, and what nearly does. */
const cases: Readonly<
  Record<string, readonly (readonly [Sample, 'error' | 'warning' | 'info' | 'nothing'])[]>
> = {
  'node-unreachable': [[worker(unreachable), 'error']],
  'node-inactive': [[worker({ isActive: false, reach: 'unasked' }), 'warning']],
  'metadata-not-synced': [[worker({ isMetadataSynced: false }), 'error']],
  'prepared-transaction-left': [
    [vitals({ prepared: [{ gid: 'x', database: 'shop', owner: 'app', ageSeconds: 121 }] }), 'error'],
    [vitals({ prepared: [{ gid: 'x', database: 'shop', owner: 'app', ageSeconds: 119 }] }), 'nothing'],
  ],
  'slot-inactive': [
    [vitals({ slots: [{ ...slot, isActive: false, retainedBytes: 5 }] }), 'warning'],
    [vitals({ slots: [{ ...slot, isActive: false, retainedBytes: 1e9 }] }), 'error'],
    [vitals({ slots: [{ ...slot, isActive: false, retainedBytes: 5, walStatus: 'lost' }] }), 'error'],
    [vitals({ slots: [{ ...slot, isActive: true, retainedBytes: 5 }] }), 'nothing'],
  ],
  'slot-behind': [[vitals({ slots: [{ ...slot, isActive: true, retainedBytes: 1e9 }] }), 'warning']],
  'standby-behind': [
    [vitals({ standbys: [standby('streaming', 31, 5)] }), 'warning'],
    [vitals({ standbys: [standby('catchup', null, 5)] }), 'warning'],
    [vitals({ standbys: [standby('streaming', 31, 0)] }), 'nothing'],
    [vitals({ standbys: [standby('streaming', 29, 5)] }), 'nothing'],
  ],
  wraparound: [
    [vitals({ wraparound: { transactionAge: 500e6, multixactAge: 1, database: 'd' } }), 'warning'],
    [vitals({ wraparound: { transactionAge: 1, multixactAge: 1.5e9, database: 'd' } }), 'error'],
    [vitals({ wraparound: { transactionAge: 499e6, multixactAge: 1, database: 'd' } }), 'nothing'],
  ],
  'connections-used': [
    [vitals({ connections: 78 }), 'warning'],
    [vitals({ connections: 93 }), 'error'],
    [vitals({ connections: 77 }), 'nothing'],
  ],
  'connection-budget': [
    [vitals({ maxConnections: 92 }), 'warning'],
    [vitals({ maxConnections: 93 }), 'nothing'],
  ],
  deadlock: [
    [
      worker({
        activity: activityOf(
          [backend(1, 'a'), backend(2, 'b')],
          [
            { ...wait, seconds: 0 },
            { ...wait, seconds: 0, waiting: 2, blocking: 1 },
          ],
        ),
      }),
      'error',
    ],
  ],
  'session-blocked': [
    [
      worker({ activity: activityOf([backend(1, 'a'), backend(2, 'b')], [{ ...wait, seconds: 5 }]) }),
      'warning',
    ],
    [
      worker({ activity: activityOf([backend(1, 'a'), backend(2, 'b')], [{ ...wait, seconds: 60 }]) }),
      'error',
    ],
    [
      worker({ activity: activityOf([backend(1, 'a'), backend(2, 'b')], [{ ...wait, seconds: 4 }]) }),
      'nothing',
    ],
  ],
  'idle-in-transaction': [
    [session({ state: 'idle in transaction (aborted)', stateSeconds: 60 }), 'warning'],
    [session({ state: 'idle in transaction', stateSeconds: 59 }), 'nothing'],
    [session({ state: 'idle', stateSeconds: 900 }), 'nothing'],
  ],
  'transaction-long': [
    [session({ transactionSeconds: 900 }), 'warning'],
    [session({ transactionSeconds: 900, backendType: 'autovacuum worker' }), 'nothing'],
  ],
  'query-long': [
    [session({ querySeconds: 300 }), 'info'],
    [session({ querySeconds: 300, state: 'idle in transaction' }), 'nothing'],
  ],
  'placement-inactive': [
    [
      quietSample({ shards: { ...shards, inactive: [{ shard: '1', table: 't', groupId: 1, state: 3 }] } }),
      'error',
    ],
  ],
  'orphaned-resources': [
    [quietSample({ shards: { ...shards, leftovers: [leftover] } }), 'info'],
    [
      quietSample({ shards: { ...shards, leftovers: Array.from({ length: 20 }, () => leftover) } }),
      'warning',
    ],
    [quietSample({ shards: { ...shards, leftovers: [{ ...leftover, isInUse: true }] } }), 'nothing'],
  ],
  'shard-skew': [
    [worker({ sizes: [{ ...table, bytes: 2e9, largestBytes: 1e9 }] }), 'warning'],
    [worker({ sizes: [{ ...table, bytes: 0.9e9, largestBytes: 0.45e9 }] }), 'nothing'],
    [worker({ sizes: [{ ...table, bytes: 2e9, largestBytes: 0.9e9 }] }), 'nothing'],
  ],
  'node-skew': [[worker({ sizes: [{ ...table, bytes: 2e9, largestBytes: 0.5e9 }] }), 'warning']],
  'background-task-failed': [
    [quietSample({ jobs: [{ ...job, state: 'running', errors: [failure] }] }), 'error'],
    [quietSample({ jobs: [{ ...job, state: 'failed', errors: [] }] }), 'error'],
    [quietSample({ jobs: [{ ...job, state: 'running', errors: [] }] }), 'nothing'],
  ],
  'multi-shard-queries': [
    [worker({ counters: { ...counters, singleShard: 500, multiShard: 500 } }), 'info'],
    [worker({ counters: { ...counters, singleShard: 600, multiShard: 400 } }), 'nothing'],
    [worker({ counters: { ...counters, singleShard: 0, multiShard: 999 } }), 'nothing'],
  ],
  'tenant-dominates': [
    [
      worker({
        tenants: [
          { ...tenant, tenant: 'a', queriesNow: 600 },
          { ...tenant, tenant: 'b', queriesNow: 500 },
        ],
      }),
      'info',
    ],
    [
      worker({
        tenants: [
          { ...tenant, tenant: 'a', queriesNow: 600 },
          { ...tenant, tenant: 'b', queriesNow: 300 },
        ],
      }),
      'nothing',
    ],
  ],
  'snapshot-incomplete': [
    [quietSample({ problems: [{ probe: 'sizes', nodeId: 2, reason: 'permission denied' }] }), 'info'],
    [
      { ...worker(unreachable), problems: [{ probe: 'vitals', nodeId: 2, reason: 'failed to connect' }] },
      'nothing',
    ],
  ],
};

function standby(state: string, lagSeconds: number | null, lagBytes: number) {
  return { name: 'copy', address: null, state, syncState: 'async', lagSeconds, lagBytes };
}

/** Raised by what happened between two samples. */
const ofIntervals = ['cache-hit-low', 'connections-failed'];

test.each(
  Object.entries(cases).flatMap(([rule, list]) =>
    list.map(([sample, severity]) => ({ rule, sample, severity })),
  ),
)('$rule finds $severity', ({ rule, sample, severity }) => {
  const found = summarize(sample).alerts.filter((alert) => alert.rule === rule);
  expect(found.map((alert) => alert.severity)).toEqual(severity === 'nothing' ? [] : [severity]);
});

test('failed connections and a cold cache are told of the time between two samples', () => {
  const before = worker({ counters: { ...counters, singleShard: 0, multiShard: 0 } });
  const after = worker({
    counters: { ...counters, singleShard: 0, multiShard: 0, connectionsFailed: 2 },
    vitals: {
      ...quietVitals,
      atSeconds: 110,
      cache: { ...quietVitals.cache, tableHits: 1000, tableReads: 10_000 },
    },
  });
  expect(summarize(after).alerts).toEqual([]);
  const { alerts } = summarize(after, { before });
  expect(alerts.map(({ rule }) => rule)).toEqual(ofIntervals);
});

test('a quiet cluster raises no alert, and worse alerts come first', () => {
  expect(summarize(quietSample()).alerts).toEqual([]);
  const { alerts } = summarize({
    ...vitals({ connections: 78, prepared: [{ gid: 'x', database: 'd', owner: 'o', ageSeconds: 200 }] }),
    problems: [{ probe: 'jobs', reason: 'permission denied' }],
  });
  expect(alerts.map(({ severity }) => severity)).toEqual(['error', 'warning', 'info']);
});

test('a threshold that is changed moves the line', () => {
  const sample = vitals({ connections: 50 });
  expect(summarize(sample, { thresholds: { 'connections-used': 0.5 } }).alerts).toMatchObject([
    { rule: 'connections-used', severity: 'warning' },
  ]);
});

test('every rule has a case, and is in the documentation with its thresholds and probes', async () => {
  const tried = [...Object.keys(cases), ...ofIntervals];
  expect(tried.sort()).toEqual(alertRules.map(({ id }) => id).sort());
  const text = await readFile(new URL('../../../../../docs/cluster.md', import.meta.url), 'utf8');
  const named = [...alertRules.map(({ id }) => id), ...Object.keys(thresholds), ...probeNames];
  expect(named.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
