import { expect, test } from 'vitest';
import { schemaProblems } from './published-schema.test-support.ts';
import { activityOf, backend, quietSample, quietVitals, sampleNode } from './sample.test-support.ts';
import type { NodeSample, Sample, TableSize, Vitals } from './sample.ts';
import { summarize } from './summarize.ts';

function withWorker(vitals: Partial<Vitals>): Sample {
  return quietSample({
    nodes: [sampleNode(0), sampleNode(1, { vitals: { ...quietVitals, ...vitals } }), sampleNode(2)],
  });
}

test('rates are per second of the node’s own clock', () => {
  const totals = { ...quietVitals.totals, transactions: 1400, tuplesRead: 5100 };
  const { nodes } = summarize(withWorker({ atSeconds: 104, totals }), { before: quietSample() });
  expect(nodes[1]?.rates).toEqual({ transactions: 100, rollbacks: 0, tuplesRead: 25, tuplesWritten: 0 });
});

test('where queries enter, transactions are told as a minimum since PostgreSQL 15', () => {
  const atSeconds = 104;
  const rate = (node: Partial<NodeSample>, before: Partial<NodeSample> = {}) => {
    const cluster = (parts: Partial<NodeSample>) =>
      quietSample({ nodes: [sampleNode(node.groupId ?? 0, parts)] });
    return summarize(cluster(node), { before: cluster(before) }).nodes[0]?.rates?.transactionsAreMinimum;
  };
  const vitals = { ...quietVitals, atSeconds };
  expect(rate({ groupId: 0, vitals })).toBe(true);
  expect(rate({ groupId: 0, vitals: { ...vitals, postgresVersion: '14.9' } })).toBeUndefined();
  expect(rate({ groupId: 1, vitals })).toBeUndefined();
  const counters = {
    singleShard: 1,
    multiShard: 0,
    connectionsOpened: 0,
    connectionsReused: 0,
    connectionsFailed: 0,
  };
  const busy = { ...counters, singleShard: 9 };
  expect(rate({ groupId: 1, vitals, counters }, { counters })).toBeUndefined();
  expect(rate({ groupId: 1, vitals, counters: busy }, { counters })).toBe(true);
});

test('there are no rates without an earlier sample, after a restart, or after a reset of statistics', () => {
  const later = { atSeconds: 104 };
  expect(summarize(withWorker(later)).nodes[1]?.rates).toBeUndefined();
  const restarted = withWorker({ ...later, startedAt: '2026-01-01T09:00:00+00:00' });
  expect(summarize(restarted, { before: quietSample() }).nodes[1]?.rates).toBeUndefined();
  const reset = withWorker({ ...later, totals: { ...quietVitals.totals, transactions: 3 } });
  expect(summarize(reset, { before: quietSample() }).nodes[1]?.rates).toBeUndefined();
});

test('the cache is told since the reset and since the sample before', () => {
  const cache = { tableHits: 1000, tableReads: 500, indexHits: 990, indexReads: 10 };
  const { nodes } = summarize(withWorker({ atSeconds: 104, cache }), { before: quietSample() });
  expect(nodes[1]?.cache).toEqual({
    table: 1000 / 1500,
    index: 0.99,
    intervalTable: 0.2,
    intervalBlocks: 500,
  });
});

test('processes of one session on several nodes are one session', () => {
  const { activity } = summarize(
    quietSample({
      nodes: [
        sampleNode(0, { activity: activityOf([backend(11, '10000000011', { query: 'UPDATE t' })]) }),
        sampleNode(1, {
          activity: activityOf([
            backend(21, '10000000011', { isWorkerQuery: true, waitType: 'Lock', waitEvent: 'tuple' }),
          ]),
        }),
        sampleNode(2),
      ],
    }),
  );
  expect(activity.sessions).toMatchObject([
    {
      id: '10000000011',
      node: 'coordinator:5432',
      query: 'UPDATE t',
      workers: [{ node: 'worker-1:5432', pid: 21, wait: 'Lock: tuple' }],
    },
  ]);
  expect(activity.states).toEqual({ idle: 6 });
});

test('waits on different nodes that close a ring are a deadlock, a chain is none', () => {
  const onNode = (groupId: number, waiting: string, blocking: string) =>
    sampleNode(groupId, {
      activity: activityOf(
        [backend(1, waiting), backend(2, blocking)],
        [{ waiting: 1, blocking: 2, lock: 'ShareLock on transactionid', seconds: 3 }],
      ),
    });
  const ring = summarize(quietSample({ nodes: [sampleNode(0), onNode(1, 'a', 'b'), onNode(2, 'b', 'a')] }));
  expect(ring.activity.deadlocks).toEqual([['a', 'b']]);
  const chain = summarize(quietSample({ nodes: [sampleNode(0), onNode(1, 'a', 'b'), onNode(2, 'b', 'c')] }));
  expect(chain.activity.deadlocks).toEqual([]);
  expect(chain.activity.blocked.map(({ id, blockedBy }) => [id, ...blockedBy])).toEqual([
    ['a', 'b'],
    ['b', 'c'],
  ]);
});

test('processes without a global pid of different nodes are different sessions', () => {
  const alone = activityOf([backend(7, null)]);
  const { activity } = summarize(
    quietSample({
      nodes: [sampleNode(0), sampleNode(1, { activity: alone }), sampleNode(2, { activity: alone })],
    }),
  );
  expect(activity.sessions.map(({ id }) => id)).toEqual(['20000000007', '30000000007']);
});

test('a lock that no process holds is a prepared transaction’s', () => {
  const held = { pid: null, mode: 'AccessExclusiveLock', relation: 'orders', isGranted: true };
  const quiet = activityOf([]);
  const activity = { ...quiet, locks: { ...quiet.locks, strong: [held] } };
  const { strongLocks } = summarize(quietSample({ nodes: [sampleNode(0, { activity })] })).activity;
  expect(strongLocks).toMatchObject([{ session: 'prepared transaction', relation: 'orders' }]);
});

test('a table is as skewed as its largest shard, and not judged while a node is unseen', () => {
  const part = (bytes: number, largestBytes: number): TableSize => ({
    table: 'public.orders',
    kind: 'distributed',
    shards: 2,
    unmeasured: 0,
    bytes,
    largestBytes,
    largestShard: `of-${largestBytes}`,
  });
  const nodes = [
    sampleNode(0),
    sampleNode(1, { sizes: [part(700, 600)] }),
    sampleNode(2, { sizes: [part(100, 50)] }),
  ];
  expect(summarize(quietSample({ nodes })).shards).toMatchObject({
    tables: [{ shards: 4, bytes: 800, skew: 3, largestShard: 'of-600' }],
    nodeSkew: 1.75,
  });
  const { sizes: _, ...unseen } = sampleNode(2, { reach: 'unreachable' });
  const { shards } = summarize(quietSample({ nodes: [...nodes.slice(0, 2), unseen] }));
  expect(shards.tables[0]).not.toHaveProperty('skew');
  expect(shards).not.toHaveProperty('nodeSkew');
});

test('what Citus does not count says how to turn it on', () => {
  const { queries, tenants } = summarize(quietSample());
  expect(queries).toMatchObject({
    kind: 'off',
    remedy: expect.stringContaining('citus.enable_stat_counters'),
  });
  expect(tenants).toMatchObject({ kind: 'off', remedy: expect.stringContaining('citus.stat_tenants_track') });
});

test('lists are cut to what was asked for, alerts are decided on all of it', () => {
  const idle = { state: 'idle in transaction', stateSeconds: 500 };
  const sessions = [
    backend(1, '1', { ...idle, transactionSeconds: 9 }),
    backend(2, '2', { ...idle, transactionSeconds: 8 }),
  ];
  const sample = quietSample({ nodes: [sampleNode(0, { activity: activityOf(sessions) })] });
  const snapshot = summarize(sample, { top: 1 });
  expect(snapshot.activity.sessions.map(({ id }) => id)).toEqual(['1']);
  expect(snapshot.alerts.map(({ rule }) => rule)).toEqual(['idle-in-transaction', 'idle-in-transaction']);
});

test('the published schema describes a snapshot down to the last member', () => {
  const snapshot = summarize(quietSample());
  expect(schemaProblems(snapshot)).toEqual([]);
  const [node] = snapshot.nodes;
  expect(schemaProblems({ ...snapshot, nodes: [{ ...node, nickname: 'x' }] } as never)).not.toEqual([]);
  const { problems: _, ...incomplete } = snapshot;
  expect(schemaProblems(incomplete as never)).not.toEqual([]);
});
