import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@shardwright/postgres';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { downCluster, removeCluster } from '../named/down-cluster.ts';
import { listClusters, type NamedCluster } from '../named/named-cluster.ts';
import { upCluster } from '../named/up-cluster.ts';
import { type ContainerEngine, connectContainerEngine } from './container-engine.ts';
import { containerClusterId, containerHost } from './container-host.ts';
import { label } from './labels.ts';

const provider = inject('citusProvider');
let home = '';

beforeEach(async (context) => {
  if (provider.kind !== 'containers') context.skip('no containers are started here');
  home = await mkdtemp(path.join(tmpdir(), 'sw-home-'));
  process.env.SHARDWRIGHT_HOME = home;
});

afterEach(async () => {
  for (const { name } of await listClusters()) await removeCluster(name);
  delete process.env.SHARDWRIGHT_HOME;
  await rm(home, { recursive: true, force: true });
});

const up = () =>
  upCluster({
    name: 'shop',
    provider,
    workers: 1,
    resources: { memoryBytes: 256 * 1024 * 1024, cores: 2, workers: 1 },
  });

/** As `docker container prune` and `docker network prune` do. */
async function prune({ api }: ContainerEngine, { record }: NamedCluster): Promise<void> {
  const filters = { label: [`${label.cluster}=${containerClusterId(record)}`] };
  for (const { Id } of await api.listContainers({ all: true, filters })) {
    await api.getContainer(Id).remove({ v: true });
  }
  for (const { Id } of await api.listNetworks({ filters })) await api.getNetwork(Id).remove();
}

test('a stopped cluster whose containers and network were pruned comes back with its data', async () => {
  const { cluster, url } = await up();
  const engine = await connectContainerEngine();
  {
    await using connection = await connect(url);
    await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY)');
    await connection.query("SELECT create_distributed_table('orders', 'id')");
    await connection.query('INSERT INTO orders SELECT generate_series(1, 50)');
  }
  await downCluster('shop');
  await prune(engine, cluster);
  expect(await listClusters()).toMatchObject([{ name: 'shop', state: 'stopped' }]);

  expect((await up()).outcome).toBe('started');
  await using connection = await connect(url);
  expect(await connection.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 50 }]);
});

test('a cluster whose volume was removed says that its data is gone, and can be removed', async () => {
  const { cluster } = await up();
  const engine = await connectContainerEngine();
  await downCluster('shop');
  await prune(engine, cluster);
  await engine.api.getVolume(`shardwright-${containerClusterId(cluster.record)}-worker-1`).remove();
  await expect(up()).rejects.toThrow('the data of worker-1 is gone');
  await removeCluster('shop');
  expect((await up()).outcome).toBe('created');
});

test('what ALTER SYSTEM sets wins over what the cluster was started with, after a restart too', async () => {
  const { cluster, url } = await up();
  {
    await using connection = await connect(url);
    await connection.query("ALTER SYSTEM SET work_mem = '13MB'");
  }
  await cluster.nodes[0]?.restart();
  await using connection = await connect(url);
  expect(await connection.query('SHOW work_mem')).toEqual([{ work_mem: '13MB' }]);
});

test('its ports are open to this machine only, and nothing starts it but up', async () => {
  const { cluster } = await up();
  const { api } = await connectContainerEngine();
  const containers = await api.listContainers({
    filters: { label: [`${label.cluster}=${containerClusterId(cluster.record)}`] },
  });
  const seen = await Promise.all(
    containers.map(async ({ Id, Ports }) => ({
      addresses: Ports.map(({ IP }) => IP),
      restarts: (await api.getContainer(Id).inspect()).HostConfig.RestartPolicy?.Name,
    })),
  );
  const expected = { addresses: ['127.0.0.1'], restarts: 'no' };
  expect(seen).toEqual([expected, expected]);
});

test('a disk that is full is named as the reason why a node does not start', async () => {
  const { cluster } = await up();
  const { record } = cluster;
  const node = { label: 'worker-2', role: 'worker', port: (record.nodes[1]?.port ?? 0) + 1 } as const;
  const { api } = await connectContainerEngine();
  // Where create() would make one, it finds one that holds 8 MB.
  await api.createVolume({
    Name: `shardwright-${containerClusterId(record)}-${node.label}`,
    Driver: 'local',
    DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=8m' },
    Labels: { [label.cluster]: containerClusterId(record) },
  });
  await containerHost.create(record, node);
  const worker = await containerHost.open(record, node);
  await expect(worker.start()).rejects.toMatchObject({
    message: expect.stringContaining('worker-2 did not start'),
    hint: expect.stringContaining('The disk that the engine keeps its data on is full'),
  });
  await containerHost.removeNode(record, node);
});

test('a node that was made before and never became part of the cluster is made anew', async () => {
  const { cluster } = await up();
  const { record } = cluster;
  const node = { label: 'worker-2', role: 'worker', port: (record.nodes[1]?.port ?? 0) + 1 } as const;
  await containerHost.create(record, node);
  const worker = await containerHost.open(record, node);
  await worker.start();
  {
    await using connection = await connect(worker.url);
    await connection.query('CREATE TABLE leftover ()');
  }
  await containerHost.create(record, node);
  await worker.start();
  await using connection = await connect(worker.url);
  expect(await connection.query("SELECT to_regclass('leftover') AS leftover")).toEqual([{ leftover: null }]);
});
