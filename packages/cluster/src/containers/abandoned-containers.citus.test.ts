import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, inject, test } from 'vitest';
import { listProcesses } from '../local/process-table.ts';
import { clusterDirectory, readRecord } from '../named/cluster-record.ts';
import { removeCluster } from '../named/down-cluster.ts';
import { upCluster } from '../named/up-cluster.ts';
import { startOwner } from '../owner-process.test-support.ts';
import { findAbandonedContainers } from './abandoned-containers.ts';
import { connectContainerEngine } from './container-engine.ts';
import { containerClusterId } from './container-host.ts';
import { label } from './labels.ts';

const provider = inject('citusProvider');

beforeEach((context) => {
  if (provider.kind !== 'containers') context.skip('no containers are started here');
});

/** Starts a cluster in a process of its own that prints its coordinator's port, and freezes its worker. */
const startClusterElsewhere = () =>
  startOwner(
    `const { nodes } = await cluster.startCluster({ workers: 1, provider: ${JSON.stringify(provider)} });
     await nodes[1].pause();
     console.log(new URL(nodes[0].url).port);`,
  );

/** The id of the cluster that published a port. */
async function clusterAtPort(port: string): Promise<string> {
  const { api } = await connectContainerEngine();
  const containers = await api.listContainers({ all: true });
  const found = containers.find(({ Ports }) => Ports.some((one) => one.PublicPort === Number(port)));
  return found?.Labels[label.cluster] ?? '';
}

/** How many containers, volumes and networks a cluster has. */
async function countThings(cluster: string): Promise<readonly number[]> {
  const { api } = await connectContainerEngine();
  const filters = { label: [`${label.cluster}=${cluster}`] };
  const [containers, volumes, networks] = await Promise.all([
    api.listContainers({ all: true, filters }),
    api.listVolumes({ filters }),
    api.listNetworks({ filters }),
  ]);
  return [containers.length, volumes.Volumes?.length ?? 0, networks.length];
}

const ofCluster = async (cluster: string) =>
  (await findAbandonedContainers()).find((one) => one.cluster === cluster);

test('containers go when their owner is killed, a frozen one too, with volumes and network', async () => {
  const owner = await startClusterElsewhere();
  const cluster = await clusterAtPort(owner.said);
  expect(await countThings(cluster)).toEqual([2, 2, 1]);
  expect(await ofCluster(cluster)).toBeUndefined();
  await owner.kill();
  // Who executes its will is no child of ours: all there is to wait for is the network, the last thing to go.
  while ((await countThings(cluster))[2] !== 0) await delay(50);
  expect(await countThings(cluster)).toEqual([0, 0, 0]);
});

test('containers that lost owner and executor at once are found, and removed with volumes and network', async () => {
  const owner = await startClusterElsewhere();
  const cluster = await clusterAtPort(owner.said);
  const executor = (await listProcesses()).find(
    ({ command }) => command.includes('execute-last-will') && command.includes(cluster),
  );
  process.kill(executor?.pid ?? 0, 'SIGKILL');
  await owner.kill();

  const abandoned = await ofCluster(cluster);
  expect(abandoned?.kind).toBe('throw-away');
  expect(await countThings(cluster)).toEqual([2, 2, 1]);
  await abandoned?.remove();
  expect(await countThings(cluster)).toEqual([0, 0, 0]);
});

test('containers of a named cluster are found once its record is lost, and not before', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'sw-home-'));
  process.env.SHARDWRIGHT_HOME = home;
  try {
    await upCluster({ name: 'lost', provider, workers: 0 });
    const record = await readRecord('lost');
    if (!record) throw new Error('the cluster has no record');
    const cluster = containerClusterId(record);
    expect(await ofCluster(cluster)).toBeUndefined();
    await rm(clusterDirectory('lost'), { recursive: true });
    const abandoned = await ofCluster(cluster);
    expect(abandoned?.kind).toBe('named');
    await abandoned?.remove();
    expect(await countThings(cluster)).toEqual([0, 0, 0]);
  } finally {
    if (await readRecord('lost')) await removeCluster('lost');
    delete process.env.SHARDWRIGHT_HOME;
    await rm(home, { recursive: true, force: true });
  }
});
