import { createCitusDatabase, databaseUrl, dropCitusDatabase } from '@shardwright/cluster';
import { connect } from '@shardwright/postgres';
import { expect, test } from 'vitest';
import { citusDatabase, testDatabase } from './test-database.ts';

const database = citusDatabase();
const plain = testDatabase();

test('a test file gets a Citus database whose workers hold the shards of a distributed table', async () => {
  await using connection = await database.connect();
  await connection.query('CREATE TABLE orders (customer_id bigint, total numeric)');
  await connection.query("SELECT create_distributed_table('orders', 'customer_id', shard_count := 4)");
  await connection.query('INSERT INTO orders SELECT g, g FROM generate_series(1, 100) g');
  const placements = await connection.query(
    'SELECT nodename AS name, nodeport AS port, count(*)::int AS shards FROM citus_shards GROUP BY 1, 2',
  );
  const expected = database.nodes.slice(1).map(({ name, port }) => ({ name, port, shards: 2 }));
  expect(placements).toHaveLength(expected.length);
  expect(placements).toEqual(expect.arrayContaining(expected));
});

test('a worker of the database answers queries on distributed tables as well', async () => {
  const [, worker] = database.nodes;
  if (!worker) throw new Error('the cluster has no worker');
  await using connection = await connect(databaseUrl(worker.url, database.name));
  expect(await connection.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 100 }]);
});

test('a plain database can stand beside the Citus database, as a source', async () => {
  await using connection = await plain.connect();
  expect(await connection.query("SELECT FROM pg_extension WHERE extname = 'citus'")).toEqual([]);
});

test('Citus databases can be made at once, although their nodes share roles', async () => {
  const names = [1, 2, 3, 4].map((number) => `${database.name}_${number}`);
  try {
    await Promise.all(names.map((name) => createCitusDatabase(database.nodes, name)));
  } finally {
    for (const name of names) await dropCitusDatabase(database.nodes, name);
  }
});
