import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunningCluster, RunningNode } from './cluster.ts';
import { startCluster } from './start-cluster.ts';

let cluster: RunningCluster;
const provider = inject('citusProvider');

beforeAll(async () => {
  if (provider.kind === 'existing') return;
  const started = await startCluster({
    provider,
    workers: 2,
    seed: `CREATE TABLE events (id bigint PRIMARY KEY);
           SELECT create_distributed_table('events', 'id', shard_count := 4);
           INSERT INTO events SELECT generate_series(1, 100)`,
  });
  if (started.provider !== 'existing') cluster = started;
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip("nodes of CITUS_URL's cluster are not ours to stop");
});

function workerOf({ nodes }: RunningCluster): RunningNode {
  const worker = nodes[1];
  if (!worker) throw new Error('the cluster has no worker');
  return worker;
}

/** Rows that a new session on the coordinator sees. */
async function countEvents(statementTimeoutMs = 0): Promise<number | undefined> {
  await using connection = await connect(cluster.url(), { statementTimeoutMs });
  const [row] = await connection.query<{ rows: number }>('SELECT count(*)::int AS rows FROM events');
  return row?.rows;
}

test('a stopped node refuses connections until it is started again', async () => {
  const worker = workerOf(cluster);
  await worker.stop();
  await expect(connect(worker.url)).rejects.toThrow(/cannot connect/);
  await expect(countEvents()).rejects.toThrow(/connection/);
  await worker.start();
  expect(await countEvents()).toBe(100);
});

test('a restarted node serves the rows it had', async () => {
  await workerOf(cluster).restart();
  expect(await countEvents()).toBe(100);
});

test('a killed node takes its sessions with it and comes back with what was committed', async () => {
  const worker = workerOf(cluster);
  await using session = await connect(worker.url);
  await worker.kill();
  await expect(session.query('SELECT 1')).rejects.toThrow();
  await worker.start();
  expect(await countEvents()).toBe(100);
});

test('a paused node does not answer, and goes on where it was when resumed', async () => {
  const worker = workerOf(cluster);
  await using session = await connect(worker.url);
  await worker.pause();
  const answer = session.query('SELECT 42 AS answer');
  await expect(countEvents(300)).rejects.toThrow(/timeout/);
  await worker.resume();
  expect(await answer).toEqual([{ answer: 42 }]);
  expect(await countEvents()).toBe(100);
});

test("a node's log tells what its server did, or only the last of it", async () => {
  const worker = workerOf(cluster);
  await using connection = await connect(worker.url);
  await expect(connection.query('SELECT no_such_column')).rejects.toThrow();
  expect(await worker.logs()).toContain('no_such_column');
  const tail = await worker.logs({ tailLines: 2 });
  expect(tail.trimEnd().split('\n')).toHaveLength(2);
  expect(tail).toContain('no_such_column');
});

test('a worker that is added is registered and reachable from all nodes', async () => {
  const worker = await cluster.addWorker();
  expect(worker.label).toBe('worker-3');
  await using connection = await connect(cluster.url());
  const health = await connection.query('SELECT DISTINCT result FROM citus_check_cluster_node_health()');
  expect(health).toEqual([{ result: true }]);
  expect(
    await connection.query('SELECT nodeport FROM citus_get_active_worker_nodes() AS n(nodename, nodeport)'),
  ).toHaveLength(3);
});
