import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { beforeEach, expect, inject, test } from 'vitest';
import { databaseUrl } from '../database/database-url.ts';
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
  // Compiled, because before version 22 Node cannot run TypeScript.
  const source = pathToFileURL(path.join(import.meta.dirname, '..', '..', 'dist', 'index.js')).href;
  const owner = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { startCluster } = await import(${JSON.stringify(source)});
       const cluster = await startCluster({ provider: ${JSON.stringify(provider)}, workers: 1 });
       console.log(cluster.url());
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [url] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  const database = databaseOf(url);
  expect(await placesOf(database)).toBe(2);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  // Whoever drops it is no child of ours: the database is all there is to wait for.
  while ((await placesOf(database)) > 0) await delay(20);
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
