import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunningCluster } from '../../cluster.ts';
import { type Coordinator, openCoordinator } from '../coordinator.ts';
import { checkHealth } from '../health/check-health.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { isSameNode } from '../node-address.ts';
import { notOurs, startPrivate, worker } from '../private-cluster.test-support.ts';
import { startRebalance } from '../rebalance/start-rebalance.ts';
import { stopRebalance } from '../rebalance/watch-job.ts';
import { drainNode } from './drain-node.ts';
import { setShouldHaveShards } from './shard-placement.ts';

let cluster: RunningCluster;
let coordinator: Coordinator;

beforeAll(async () => {
  const started = await startPrivate({
    workers: 2,
    seed: `CREATE TABLE orders (id bigint PRIMARY KEY, note text);
           SELECT create_distributed_table('orders', 'id', shard_count := 4);
           INSERT INTO orders SELECT n, repeat('x', 500) FROM generate_series(1, 4000) n`,
  });
  if (!started) return;
  cluster = started;
  coordinator = await openCoordinator(cluster.url());
});

afterAll(async () => {
  await coordinator?.end();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (!cluster) context.skip(notOurs);
});

async function nodeOf(number: number): Promise<ClusterNode> {
  const node = (await listNodes(coordinator)).find((each) => isSameNode(each, worker(cluster, number)));
  if (!node) throw new Error(`worker ${number} is not registered`);
  return node;
}

/** Where the shards are, who may have some, and what runs: all that a drain changes. */
async function state(): Promise<unknown> {
  return coordinator.query(
    `SELECT (SELECT json_agg(node ORDER BY nodeid) FROM (SELECT nodeid, shouldhaveshards FROM pg_dist_node) node) AS nodes,
            (SELECT json_agg(shard ORDER BY shardid) FROM (SELECT shardid, nodeport FROM citus_shards) shard) AS shards,
            (SELECT count(*)::int FROM pg_dist_background_job WHERE state IN ('scheduled', 'running')) AS jobs,
            (SELECT count(*)::int FROM orders) AS rows`,
  );
}

/** Nodes that were down learn by themselves what they missed. */
async function untilHealthy(): Promise<void> {
  const findings = async () => (await checkHealth(coordinator)).findings;
  await expect.poll(findings, { timeout: 30_000 }).toEqual([]);
}

/** Runs `work` while the first shard move waits for a lock, so that a test can choose what happens meanwhile. */
async function whileMoving(work: (moving: () => Promise<boolean>) => Promise<void>): Promise<void> {
  await using blocker = await coordinator.another();
  await blocker.query('BEGIN');
  await blocker.query('UPDATE orders SET note = note');
  try {
    await work(async () => {
      await using session = await connect(cluster.url());
      const rows = await session.query("SELECT FROM pg_dist_background_task WHERE status = 'running'");
      return rows.length > 0;
    });
  } finally {
    // Its own connection to a worker may be gone with the worker.
    await blocker.query('ROLLBACK').catch(() => {});
  }
}

test('a worker that goes down while it is drained is named, and the cluster is as it was', async () => {
  const before = await state();
  const node = worker(cluster, 2);
  await whileMoving(async (isMoving) => {
    const drain = drainNode(coordinator, await nodeOf(2), { transferMode: 'block_writes' }, quietContext());
    const failure = expect(drain).rejects.toMatchObject({
      message: expect.stringMatching(/cannot drain .* does not answer/),
      hint: expect.stringContaining('takes new ones as before'),
    });
    await expect.poll(isMoving, { timeout: 20_000 }).toBe(true);
    await node.kill();
    await failure;
  });
  await node.start();
  expect(await state()).toEqual(before);
  await untilHealthy();
});

test('the worker that was to take the shards may go down as well', async () => {
  const before = await state();
  const node = worker(cluster, 1);
  await whileMoving(async (isMoving) => {
    const drain = drainNode(coordinator, await nodeOf(2), { transferMode: 'block_writes' }, quietContext());
    const failure = expect(drain).rejects.toThrow(/cannot drain .* does not answer/);
    await expect.poll(isMoving, { timeout: 20_000 }).toBe(true);
    await node.kill();
    await failure;
  });
  await node.start();
  expect(await state()).toEqual(before);
  await untilHealthy();
});

test('a drain that is interrupted stops its job and lets the node have shards as before', async () => {
  const before = await state();
  const controller = new AbortController();
  await whileMoving(async (isMoving) => {
    const context = quietContext({ signal: controller.signal });
    const drain = drainNode(coordinator, await nodeOf(2), { transferMode: 'block_writes' }, context);
    const failure = expect(drain).rejects.toMatchObject({
      name: 'InterruptedError',
      message: expect.stringContaining('stopped draining'),
      hint: expect.stringContaining('still holds 2 of 2 shards and takes new ones as before'),
    });
    await expect.poll(isMoving, { timeout: 20_000 }).toBe(true);
    controller.abort();
    await failure;
  });
  expect(await state()).toEqual(before);
});

test('a drain is refused while another rebalance runs, or while a node is down', async () => {
  const before = await state();
  await setShouldHaveShards(coordinator, worker(cluster, 1), false);
  const started = await startRebalance(coordinator, { drainOnly: true });
  await setShouldHaveShards(coordinator, worker(cluster, 1), true);
  await expect(drainNode(coordinator, await nodeOf(2), {}, quietContext())).rejects.toThrow(
    `a rebalance runs already: job ${started?.jobId}`,
  );
  await stopRebalance(coordinator);
  const node = worker(cluster, 1);
  await node.stop();
  try {
    await expect(drainNode(coordinator, await nodeOf(2), {}, quietContext())).rejects.toThrow(
      'does not answer',
    );
  } finally {
    await node.start();
  }
  expect(await state()).toEqual(before);
});

test('a drain is refused when no other node may hold the shards', async () => {
  await setShouldHaveShards(coordinator, worker(cluster, 1), false);
  try {
    const before = await state();
    await expect(drainNode(coordinator, await nodeOf(2), {}, quietContext())).rejects.toMatchObject({
      message: expect.stringContaining('no other node may hold the 2 shards'),
      hint: expect.stringContaining('cluster add'),
    });
    expect(await state()).toEqual(before);
  } finally {
    await setShouldHaveShards(coordinator, worker(cluster, 1), true);
  }
});

test('a drained node holds nothing, gets nothing, and all rows are elsewhere', async () => {
  const drained = await drainNode(coordinator, await nodeOf(2), {}, quietContext());
  expect(drained.job).toMatchObject({ state: 'finished', moves: 2 });
  expect(await nodeOf(2)).toMatchObject({ shardCount: 0, shouldHaveShards: false });
  expect(await coordinator.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 4000 }]);
  // What moved is gone from the node at once.
  await using session = await connect(worker(cluster, 2).url);
  await session.query('SET citus.override_table_visibility = off');
  expect(await session.query("SELECT relname FROM pg_class WHERE relname ~ '^orders_\\d+$'")).toEqual([]);
  expect(await drainNode(coordinator, await nodeOf(2), {}, quietContext())).not.toHaveProperty('job');
});
