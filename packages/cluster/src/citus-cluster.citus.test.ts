import { connect } from '@shardwright/postgres';
import { expect, inject, test } from 'vitest';
import { startCitus } from './citus-cluster.ts';
import { type CitusNode, createCitusDatabase, dropCitusDatabase, listCitusNodes } from './citus-database.ts';
import { inspectInstallation } from './installation.ts';

test('a cluster without workers holds its shards on the coordinator', async (context) => {
  const installation = await inspectInstallation(inject('postgresBin') ?? '');
  if (!installation) return context.skip('the cluster of CITUS_URL is not on this machine');
  await using cluster = await startCitus({ installation, workers: 0 });
  await using connection = await connect(cluster.url());
  await connection.query('CREATE TABLE events (id bigint)');
  await connection.query("SELECT create_distributed_table('events', 'id', shard_count := 3)");
  expect(await connection.query('SELECT count(*)::int AS shards FROM citus_shards')).toEqual([{ shards: 3 }]);
});

test('a cluster lists its nodes with the coordinator first', async () => {
  const nodes = inject('citusNodes');
  const [coordinator] = nodes;
  expect(await listCitusNodes(coordinator?.url ?? '')).toEqual(nodes);
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
