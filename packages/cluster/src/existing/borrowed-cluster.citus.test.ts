import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError, EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { beforeEach, expect, inject, test } from 'vitest';
import { databaseUrl } from '../database/database-url.ts';
import { makeTemporaryDirectory } from '../local/scratch.ts';
import { findLeftovers } from '../named/leftovers.ts';
import { notOurs, startPrivate, worker } from '../operate/private-cluster.test-support.ts';
import { startOwner } from '../owner-process.test-support.ts';
import { startCluster } from '../start-cluster.ts';

const nodes = inject('citusNodes');
const provider = { kind: 'existing', url: inject('postgresUrl') } as const;

beforeEach((context) => {
  // A database of its own has to be made on every worker, under the name that the cluster has for it.
  if (inject('citusProvider').kind === 'containers')
    context.skip('names on a container network mean nothing here');
});

/** On how many of the cluster's nodes a database is. */
async function placesOf(database: string): Promise<number> {
  const found = await Promise.all(
    nodes.map(async ({ url }) => {
      await using connection = await connect(databaseUrl(url, 'postgres'));
      return (await connection.query('SELECT FROM pg_database WHERE datname = $1', [database])).length;
    }),
  );
  return found.reduce((sum, count) => sum + count, 0);
}

const databaseOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1));

test('of an existing cluster a database of our own is used, on as many nodes as needed, and dropped', async () => {
  const cluster = await startCluster({
    provider,
    workers: 1,
    seed: "CREATE TABLE events (id bigint); SELECT create_distributed_table('events', 'id')",
  });
  const database = databaseOf(cluster.url());
  expect(cluster.nodes.map(({ url }) => databaseOf(url))).toEqual([database, database]);
  {
    await using connection = await connect(cluster.url());
    expect(
      await connection.query('SELECT count(DISTINCT (nodename, nodeport))::int AS nodes FROM citus_shards'),
    ).toEqual([{ nodes: 1 }]);
  }
  await cluster[Symbol.asyncDispose]();
  expect(await placesOf(database)).toBe(0);
});

test('the database goes with a process that is killed', async () => {
  const owner = await startOwner(
    `const { url } = await cluster.startCluster({ provider: ${JSON.stringify(provider)}, workers: 1 });
     console.log(url());`,
  );
  const database = databaseOf(owner.said);
  expect(await placesOf(database)).toBe(2);
  await owner.kill();
  // Whoever drops it is no child of ours: the database is all there is to wait for.
  while ((await placesOf(database)) > 0) await delay(20);
});

test('a database that cannot be dropped when its process is killed is found as left behind, and dropped later', async (context) => {
  const lender = await startPrivate({ workers: 1 });
  if (!lender) return context.skip(notOurs);
  await using _lender = lender;
  await using home = await makeTemporaryDirectory();
  process.env.SHARDWRIGHT_HOME = home.path;
  try {
    const theirs = { kind: 'existing', url: lender.url() };
    const owner = await startOwner(
      `const { url } = await cluster.startCluster({ provider: ${JSON.stringify(theirs)}, workers: 1 });
       console.log(url());`,
    );
    const database = databaseOf(owner.said);
    await worker(lender, 1).stop();
    await owner.kill();
    const found = async () => (await findLeftovers()).find(({ kind }) => kind === 'database');
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    const leftover = await found();
    expect(leftover?.subject).toMatch(new RegExp(`^${database} on .*:\\d+, .*:\\d+$`));
    await expect(leftover?.remove()).rejects.toThrow(DatabaseError);
    await worker(lender, 1).start();
    await leftover?.remove();
    expect(await found()).toBeUndefined();
    for (const { url } of lender.nodes) {
      await using connection = await connect(url);
      expect(await connection.query('SELECT FROM pg_database WHERE datname = $1', [database])).toEqual([]);
    }
  } finally {
    delete process.env.SHARDWRIGHT_HOME;
  }
});

test('more workers than an existing cluster has, or other settings, are refused', async () => {
  await expect(startCluster({ provider, workers: 99 })).rejects.toThrow('99 are needed');
  await expect(startCluster({ provider, workers: 99 })).rejects.toThrow(EnvironmentError);
  await expect(
    startCluster({ provider, workers: 1, settings: { worker: { work_mem: '9MB' } } }),
  ).rejects.toThrow('not ours to change');
});

test('what fails half-way leaves no database', async () => {
  const before = await countDatabases();
  await expect(startCluster({ provider, workers: 1, seed: 'SELECT no_such_column' })).rejects.toThrow(
    'no_such_column',
  );
  expect(await countDatabases()).toBe(before);
});

async function countDatabases(): Promise<number> {
  await using connection = await connect(provider.url);
  return (await connection.query("SELECT FROM pg_database WHERE datname LIKE 'shardwright\\_%'")).length;
}
