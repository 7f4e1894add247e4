import { type ProgressEvent, quietContext } from '@shardwright/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningCluster } from '../../cluster.ts';
import { type Coordinator, openCoordinator } from '../coordinator.ts';
import { isSameNode } from '../node-address.ts';
import { notOurs, startPrivate, worker } from '../private-cluster.test-support.ts';
import { readShards } from '../shards/read-shards.ts';
import { planRebalance } from './plan-rebalance.ts';
import { rebalanceInForeground } from './rebalance-in-foreground.ts';
import { startRebalance } from './start-rebalance.ts';
import { stopRebalance, watchJob, watchRunningJob } from './watch-job.ts';

let cluster: RunningCluster;
let coordinator: Coordinator;

beforeAll(async () => {
  const started = await startPrivate({
    workers: 2,
    seed: `CREATE TABLE orders (id bigint PRIMARY KEY, note text);
           CREATE TABLE items (id bigint PRIMARY KEY);
           CREATE TABLE other (id bigint PRIMARY KEY)`,
  });
  if (!started) return;
  cluster = started;
  coordinator = await openCoordinator(cluster.url());
});

afterAll(async () => {
  await coordinator?.end();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach(async (context) => {
  if (!cluster) return context.skip(notOurs);
  // All shards on the first worker, in two co-location groups.
  const second = worker(cluster, 2);
  const placing = "SELECT citus_set_node_property($1, $2, 'shouldhaveshards', $3)";
  await coordinator.query('DROP TABLE orders, items, other');
  await coordinator.query('CREATE TABLE orders (id bigint PRIMARY KEY, note text)');
  await coordinator.query('CREATE TABLE items (id bigint PRIMARY KEY)');
  await coordinator.query('CREATE TABLE other (id bigint PRIMARY KEY)');
  await coordinator.query(placing, [second.name, second.port, false]);
  await coordinator.query("SELECT create_distributed_table('orders', 'id', shard_count := 4)");
  await coordinator.query("SELECT create_distributed_table('items', 'id', colocate_with := 'orders')");
  await coordinator.query(
    "SELECT create_distributed_table('other', 'id', shard_count := 2, colocate_with := 'none')",
  );
  await coordinator.query("INSERT INTO orders SELECT n, repeat('x', 500) FROM generate_series(1, 4000) n");
  await coordinator.query(placing, [second.name, second.port, true]);
});

/** Shards of a table on the second worker. */
async function movedShards(table: string): Promise<number> {
  const placements = await readShards(coordinator, table);
  return placements.filter(({ node }) => isSameNode(node, worker(cluster, 2))).length;
}

test('a plan tells which shards go where with how many bytes, and moves nothing', async () => {
  const moves = await planRebalance(coordinator, { strategy: 'by_shard_count' });
  const ofOrders = moves.filter(({ tables }) => tables.includes('orders'));
  expect(moves).toHaveLength(3);
  expect(ofOrders).toHaveLength(2);
  expect(ofOrders[0]?.tables).toEqual(['orders', 'items']);
  expect(ofOrders[0]?.shardIds).toHaveLength(2);
  expect(ofOrders[0]?.sizeBytes).toBeGreaterThan(500_000);
  expect(ofOrders[0]).toMatchObject({
    from: { port: worker(cluster, 1).port },
    to: { port: worker(cluster, 2).port },
  });
  expect(await movedShards('orders')).toBe(0);
});

test('a rebalance in the background is followed to its end, and the next one has nothing to do', async () => {
  const events: ProgressEvent[] = [];
  const started = await startRebalance(coordinator, { strategy: 'by_shard_count' });
  expect(started?.moves).toHaveLength(3);
  const outcome = await watchRunningJob(coordinator, quietContext({ emit: (event) => events.push(event) }));
  expect(outcome).toMatchObject({ jobId: started?.jobId, state: 'finished', moves: 3 });
  expect(outcome?.movedBytes).toBeGreaterThan(1_000_000);
  expect(await movedShards('orders')).toBe(2);
  expect(events.at(-1)).toMatchObject({ kind: 'progress', unit: 'bytes' });
  expect(await startRebalance(coordinator, { strategy: 'by_shard_count' })).toBeUndefined();
  expect(await watchRunningJob(coordinator, quietContext())).toBeUndefined();
});

test('one table is evened out with those split like it, the others stay', async () => {
  const moves = await rebalanceInForeground(
    coordinator,
    { table: 'items', strategy: 'by_shard_count' },
    quietContext(),
  );
  expect(moves).toHaveLength(2);
  expect(await movedShards('orders')).toBe(2);
  expect(await movedShards('other')).toBe(0);
  expect(
    await rebalanceInForeground(coordinator, { table: 'items', strategy: 'by_shard_count' }, quietContext()),
  ).toEqual([]);
});

test('a second rebalance is refused with what runs, and the first goes on until it is stopped', async () => {
  const started = await startRebalance(coordinator);
  await expect(startRebalance(coordinator)).rejects.toThrow(
    `a rebalance runs already: job ${started?.jobId}`,
  );
  await expect(rebalanceInForeground(coordinator, { table: 'orders' }, quietContext())).rejects.toThrow(
    'a rebalance runs already',
  );
  const stopped = await stopRebalance(coordinator);
  expect(stopped).toMatchObject({ id: started?.jobId, state: 'cancelled' });
  expect(await stopRebalance(coordinator)).toBeUndefined();
});

test('following ends when it is interrupted, and the job goes on', async () => {
  const started = await startRebalance(coordinator);
  const signal = AbortSignal.abort();
  await expect(watchJob(coordinator, started?.jobId ?? 0, quietContext({ signal }))).rejects.toThrow(
    /no longer following job \d+, which goes on/,
  );
  expect(await watchRunningJob(coordinator, quietContext())).toMatchObject({ state: 'finished' });
});

test('a rebalance in the foreground that is interrupted leaves every shard in one place', async () => {
  const controller = new AbortController();
  // A lock on a moving table keeps the move from ending before it is interrupted.
  await using blocker = await coordinator.another();
  await blocker.query('BEGIN');
  await blocker.query('UPDATE orders SET note = note');
  const context = quietContext({
    signal: controller.signal,
    emit: (event) => {
      if (event.kind === 'progress' && event.subject?.includes('→')) controller.abort();
    },
  });
  await expect(
    rebalanceInForeground(
      coordinator,
      { table: 'orders', transferMode: 'block_writes', strategy: 'by_shard_count' },
      context,
    ),
  ).rejects.toThrow('stopped rebalancing');
  await blocker.query('ROLLBACK');
  expect(await readShards(coordinator, 'orders')).toHaveLength(4);
  expect(await movedShards('orders')).toBe(0);
});

describe('up front', () => {
  test('a table without replica identity is named, and moves with writes blocked', async () => {
    await coordinator.query('ALTER TABLE orders DROP CONSTRAINT orders_pkey');
    await expect(startRebalance(coordinator)).rejects.toMatchObject({
      message: 'a table has neither primary key nor replica identity: orders',
      hint: expect.stringContaining('--transfer-mode block_writes'),
    });
    expect(await startRebalance(coordinator, { transferMode: 'block_writes' })).toBeDefined();
    await stopRebalance(coordinator);
    // A table that has nothing to do with it does not mind.
    const scope = { table: 'other', strategy: 'by_shard_count' } as const;
    expect(await rebalanceInForeground(coordinator, scope, quietContext())).toHaveLength(1);
    await expect(rebalanceInForeground(coordinator, { table: 'items' }, quietContext())).rejects.toThrow(
      'orders',
    );
  });

  test('a table that is not there is named, before anything else is looked at', async () => {
    await expect(rebalanceInForeground(coordinator, { table: 'no_such' }, quietContext())).rejects.toThrow(
      'there is no table no_such',
    );
  });

  test('an unknown strategy is answered with those there are', async () => {
    await expect(planRebalance(coordinator, { strategy: 'by_luck' })).rejects.toMatchObject({
      hint: expect.stringContaining('by_disk_size'),
    });
  });

  test('a node that is down is named', async () => {
    const node = worker(cluster, 2);
    await node.stop();
    try {
      await expect(startRebalance(coordinator)).rejects.toThrow(/does not answer/);
    } finally {
      await node.start();
    }
    expect(await stopRebalance(coordinator)).toBeUndefined();
  });
});
