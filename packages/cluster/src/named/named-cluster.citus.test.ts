import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EnvironmentError, quietContext, UsageError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { handOver, serverAccount } from '../local/account.ts';
import { addNamedWorker } from './add-named-worker.ts';
import { discardNamedWorker } from './discard-named-worker.ts';
import { downCluster, removeCluster } from './down-cluster.ts';
import { clusterState, clusterUrl, findCluster, listClusters } from './named-cluster.ts';
import { type UpOptions, upCluster } from './up-cluster.ts';

const provider = inject('citusProvider');
const small = { memoryBytes: 256 * 1024 * 1024, cores: 2, workers: 1 };
let home = '';

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sw-home-'));
  await handOver(home, await serverAccount());
  process.env.SHARDWRIGHT_HOME = home;
});

afterEach(async () => {
  for (const { name } of await listClusters()) await removeCluster(name);
});

afterAll(async () => {
  delete process.env.SHARDWRIGHT_HOME;
  await rm(home, { recursive: true, force: true });
});

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip('an existing cluster is not started by us');
});

const up = (options: Partial<UpOptions> = {}) =>
  upCluster({ name: 'shop', provider, workers: 1, resources: small, ...options });

async function rowsOf(url: string, sql: string): Promise<readonly object[]> {
  await using connection = await connect(url);
  return await connection.query(sql);
}

test('a cluster is created once, found again, stopped with its data and started again', async () => {
  const created = await up({ user: 'app', password: 'pa55 word', database: 'shop' });
  expect(created.outcome).toBe('created');
  await rowsOf(created.url, 'CREATE TABLE orders (id bigint PRIMARY KEY)');
  await rowsOf(created.url, "SELECT create_distributed_table('orders', 'id')");
  await rowsOf(created.url, 'INSERT INTO orders SELECT generate_series(1, 50)');
  expect((await up()).outcome).toBe('running');

  await downCluster('shop');
  await expect(connect(created.url)).rejects.toThrow('refused');
  expect(await listClusters()).toMatchObject([{ name: 'shop', state: 'stopped' }]);

  const again = await up();
  expect(again).toMatchObject({ outcome: 'started', url: created.url });
  expect(await rowsOf(again.url, 'SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 50 }]);
});

test('every node has an identity of its own, as backups and standbys need it', async () => {
  const { cluster } = await up();
  const identities = await Promise.all(
    cluster.nodes.map(({ url }) => rowsOf(url, 'SELECT system_identifier AS id FROM pg_control_system()')),
  );
  expect(new Set(identities.map((rows) => JSON.stringify(rows))).size).toBe(2);
});

test('its user needs the password, and reaches every node and through it all shards', async () => {
  const { url, cluster } = await up({ password: 'right' });
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(connect(wrong.href)).rejects.toThrow('password');
  for (const node of cluster.record.nodes) {
    expect(
      await rowsOf(
        clusterUrl(cluster.record, node),
        'SELECT bool_and(result) AS healthy FROM citus_check_cluster_node_health()',
      ),
    ).toEqual([{ healthy: true }]);
  }
});

test('a password is nowhere in what the servers log or remember of statements', async () => {
  const { url, cluster } = await up({
    password: 'only-the-owner-knows',
    settings: { coordinator: { log_statement: 'all' }, worker: { log_statement: 'all' } },
  });
  for (const node of cluster.nodes) expect(await node.logs()).not.toContain('only-the-owner-knows');
  const remembered = await rowsOf(
    url,
    "CREATE EXTENSION pg_stat_statements; SELECT FROM pg_stat_statements WHERE query LIKE '%only-the-owner%'",
  );
  expect(remembered ?? []).toEqual([]);
});

test('a node that died comes back with the next start', async () => {
  const { cluster } = await up();
  await cluster.nodes[1]?.kill();
  expect(await clusterState(cluster)).toBe('partly running');
  expect((await up()).outcome).toBe('started');
  expect(await clusterState(cluster)).toBe('running');
});

test('a worker can be added, and is there after a restart', async () => {
  const { cluster, url } = await up();
  const grown = await addNamedWorker(cluster);
  expect(grown.record.nodes.map(({ label }) => label)).toEqual(['coordinator', 'worker-1', 'worker-2']);
  await downCluster('shop');
  await up();
  expect(await rowsOf(url, 'SELECT * FROM citus_get_active_worker_nodes()')).toHaveLength(2);
});

test('a worker that was taken out can be discarded with its data, and its port be used again', async () => {
  const { cluster, url } = await up();
  const grown = await addNamedWorker(cluster);
  const added = grown.nodes.at(-1);
  await rowsOf(url, `SELECT citus_remove_node('${added?.name}', ${added?.port})`);
  const smaller = await discardNamedWorker(grown, 'worker-2');
  expect(smaller.record.nodes.map(({ label }) => label)).toEqual(['coordinator', 'worker-1']);
  expect(await added?.isRunning()).toBe(false);
  expect((await findCluster('shop'))?.record.nodes).toEqual(smaller.record.nodes);
  expect((await addNamedWorker(smaller)).record.nodes).toEqual(grown.record.nodes);
  await expect(discardNamedWorker(smaller, 'coordinator')).rejects.toThrow(UsageError);
});

test('a removed cluster leaves no file, no process and no port behind', async () => {
  const { cluster, url } = await up({ port: 29_700 });
  await removeCluster('shop');
  await expect(connect(url)).rejects.toThrow('refused');
  await expect(access(path.join(home, 'clusters', 'shop'))).rejects.toThrow('ENOENT');
  expect(await clusterState(cluster)).toBe('stopped');
  expect((await up({ name: 'other', port: 29_700 })).outcome).toBe('created');
});

test('a port that is taken is named, and nothing of the cluster is left', async () => {
  const squatter = createServer().listen(29_711, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    await expect(up({ port: 29_710 })).rejects.toThrow('another program listens on port 29711');
    expect(await listClusters()).toEqual([]);
  } finally {
    squatter.close();
  }
  const first = await up({ port: 29_710 });
  expect(first.outcome).toBe('created');
  await expect(up({ name: 'second', port: 29_711 })).rejects.toThrow('belongs to the cluster shop');
  await expect(up({ name: 'second', port: 29_711 })).rejects.toThrow(EnvironmentError);
});

test('a stopped cluster whose port was taken meanwhile says so, and starts when it is free', async () => {
  await up({ port: 29_720 });
  await downCluster('shop');
  const squatter = createServer().listen(29_720, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    await expect(up()).rejects.toThrow('another program listens on port 29720');
  } finally {
    squatter.close();
    await once(squatter, 'close');
  }
  expect((await up()).outcome).toBe('started');
});

test('two that start the same cluster at once do not share it', async () => {
  const [one, other] = await Promise.allSettled([up(), up()]);
  const [created, refused] = one?.status === 'fulfilled' ? [one, other] : [other, one];
  expect(created?.status).toBe('fulfilled');
  expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(EnvironmentError) });
  expect(await listClusters()).toMatchObject([{ name: 'shop', state: 'running' }]);
});

test('clusters of different homes that start at once get different ports', async (context) => {
  if (provider.kind !== 'local')
    context.skip('where containers are published is between them and their engine');
  const homes = await Promise.all([1, 2].map(() => mkdtemp(path.join(tmpdir(), 'sw-home-'))));
  const source = pathToFileURL(path.join(import.meta.dirname, '..', '..', 'dist', 'index.js')).href;
  // Each its own process, since the home is its environment's.
  const run = promisify(execFile);
  const inHome = async (directory: string, script: string) => {
    await handOver(directory, await serverAccount());
    const program = `const { upCluster, removeCluster } = await import(${JSON.stringify(source)});\n${script}`;
    const env = { ...process.env, SHARDWRIGHT_HOME: directory };
    return (await run(process.execPath, ['--input-type=module', '--eval', program], { env })).stdout.trim();
  };
  const options = JSON.stringify({ name: 'shop', workers: 1, resources: small });
  const start = `console.log((await upCluster(${options})).url)`;
  try {
    const urls = await Promise.all(homes.map((directory) => inHome(directory, start)));
    expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(2);
  } finally {
    for (const directory of homes) {
      await inHome(directory, "await removeCluster('shop')");
      await rm(directory, { recursive: true, force: true });
    }
  }
});

test('a start that is interrupted leaves nothing', async () => {
  const interruption = new AbortController();
  const context = quietContext({
    signal: interruption.signal,
    emit: (event) => {
      if (event.kind === 'phase' && event.phase === 'registering nodes')
        interruption.abort(new Error('Ctrl-C'));
    },
  });
  await expect(upCluster({ name: 'shop', provider, workers: 1, resources: small }, context)).rejects.toThrow(
    'Ctrl-C',
  );
  expect(await listClusters()).toEqual([]);
});

test('an extension that the installation lacks is refused before anything is made', async () => {
  await expect(up({ extensions: ['no_such_extension'] })).rejects.toThrow('no_such_extension');
  expect(await listClusters()).toEqual([]);
});

test.each(['', 'Shop', 'a/b', '9lives', 'a'.repeat(31)])('%j cannot name a cluster', async (name) => {
  await expect(up({ name })).rejects.toThrow(UsageError);
});

test('an unknown cluster is not found, and cannot be taken down', async () => {
  expect(await findCluster('nowhere')).toBeUndefined();
  await expect(downCluster('nowhere')).rejects.toThrow('no cluster named nowhere');
  await expect(removeCluster('nowhere')).rejects.toThrow('no cluster named nowhere');
});
