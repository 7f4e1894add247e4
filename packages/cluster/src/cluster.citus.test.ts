import { DatabaseError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { expect, inject, test } from 'vitest';
import type { RunningCluster } from './cluster.ts';
import {
  type CitusNode,
  createCitusDatabase,
  dropCitusDatabase,
  listCitusNodes,
} from './database/citus-database.ts';
import { databaseUrl } from './database/database-url.ts';
import { startCluster } from './start-cluster.ts';

/** A cluster of our own; `undefined` when the tier's is somebody else's. */
async function startOwn(workers: number): Promise<RunningCluster | undefined> {
  const provider = inject('citusProvider');
  if (provider.kind === 'existing') return undefined;
  const cluster = await startCluster({ provider, workers });
  return cluster.provider === 'existing' ? undefined : cluster;
}

test('a cluster without workers holds its shards on the coordinator', async (context) => {
  await using cluster = await startOwn(0);
  if (!cluster) return context.skip('the cluster of CITUS_URL is not started by us');
  await using connection = await connect(cluster.url());
  await connection.query('CREATE TABLE events (id bigint)');
  await connection.query("SELECT create_distributed_table('events', 'id', shard_count := 3)");
  expect(await connection.query('SELECT count(*)::int AS shards FROM citus_shards')).toEqual([{ shards: 3 }]);
});

test('a shard moves between workers by logical replication', async (context) => {
  const nodes = inject('citusNodes');
  const [coordinator, from, to] = nodes;
  if (!coordinator || !from || !to) return context.skip('the cluster has fewer than two workers');
  const database = 'moved_shard';
  await createCitusDatabase(nodes, database);
  try {
    await using connection = await connect(databaseUrl(coordinator.url, database));
    await connection.query('CREATE TABLE events (id bigint PRIMARY KEY)');
    await connection.query("SELECT create_distributed_table('events', 'id', shard_count := 2)");
    await connection.query('INSERT INTO events SELECT generate_series(1, 100)');
    // Logical replication: needs its own WAL level and the nodes' passwords.
    await connection.query(
      `SELECT citus_move_shard_placement(shardid, $1, $2, $3, $4, 'force_logical')
       FROM citus_shards WHERE nodename = $1 AND nodeport = $2`,
      [from.name, from.port, to.name, to.port],
    );
    const places = await connection.query(
      'SELECT DISTINCT nodename AS name, nodeport AS port FROM citus_shards',
    );
    expect(places).toEqual([{ name: to.name, port: to.port }]);
    expect(await connection.query('SELECT count(*)::int AS rows FROM events')).toEqual([{ rows: 100 }]);
  } finally {
    await dropCitusDatabase(nodes, database);
  }
});

test('a cluster starts with the settings, extensions and content asked for', async (context) => {
  const provider = inject('citusProvider');
  if (provider.kind === 'existing') return context.skip('the settings of CITUS_URL are not ours to choose');
  await using cluster = await startCluster({
    provider,
    workers: 1,
    settings: { coordinator: { work_mem: '7MB' }, worker: { work_mem: '9MB' } },
    extensions: ['pg_trgm'],
    seed: `CREATE TABLE events (id bigint); SELECT create_distributed_table('events', 'id');
           INSERT INTO events VALUES (1), (2)`,
  });
  const memory = await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      await using connection = await connect(url);
      return await connection.query(
        `SELECT current_setting('work_mem') AS memory, count(*)::int AS extensions
         FROM pg_extension WHERE extname = 'pg_trgm'`,
      );
    }),
  );
  expect(memory).toEqual([[{ memory: '7MB', extensions: 1 }], [{ memory: '9MB', extensions: 1 }]]);
  await using connection = await connect(cluster.url());
  expect(await connection.query('SELECT count(*)::int AS rows FROM events')).toEqual([{ rows: 2 }]);
});

test('a worker that cannot be registered is gone, and the next try gets its place', async (context) => {
  await using cluster = await startOwn(0);
  const coordinator = cluster?.nodes[0];
  if (!cluster || !coordinator) return context.skip('the cluster of CITUS_URL is not started by us');
  await coordinator.stop();
  await expect(cluster.addWorker()).rejects.toThrow(DatabaseError);
  expect(cluster.nodes).toHaveLength(1);
  await coordinator.start();
  expect((await cluster.addWorker()).label).toBe('worker-1');
});

test('a disposed cluster is gone', async (context) => {
  const cluster = await startOwn(0);
  if (!cluster) return context.skip('the cluster of CITUS_URL is not started by us');
  await cluster[Symbol.asyncDispose]();
  await expect(connect(cluster.url())).rejects.toThrow(DatabaseError);
});

test('a cluster lists its nodes with the coordinator first', async () => {
  const nodes = inject('citusNodes');
  const names = (list: readonly CitusNode[]) => list.map(({ name, port }) => ({ name, port }));
  expect(names(await listCitusNodes(nodes[0]?.url ?? ''))).toEqual(names(nodes));
});

test('a node that the others cannot reach is named, not believed', async () => {
  const nodes = inject('citusNodes');
  const database = 'unreachable_node';
  // Reachable for us by its URL, for the other nodes only by a name that leads nowhere.
  const misnamed = nodes.map(
    (node, index): CitusNode => (index === 1 ? { ...node, name: '/nowhere' } : node),
  );
  try {
    await expect(createCitusDatabase(misnamed, database)).rejects.toThrow('/nowhere');
  } finally {
    await dropCitusDatabase(nodes, database);
  }
});
