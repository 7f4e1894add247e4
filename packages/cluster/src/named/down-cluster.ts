import { rm } from 'node:fs/promises';
import { UsageError } from '@shardwright/core';
import { type ClusterRecord, clusterDirectory, readRecord } from './cluster-record.ts';
import { listClusters, openCluster } from './named-cluster.ts';
import { nodeHost } from './node-host.ts';
import { releasePorts } from './port-claims.ts';
import { allNodesOf } from './unfinished-worker.ts';

/** Stops a named cluster, workers after the coordinator, and keeps its data. Throws {@link UsageError} for an unknown one. */
export async function downCluster(name: string): Promise<void> {
  const { nodes } = await openCluster(await requireRecord(name));
  const [coordinator, ...workers] = nodes;
  // First, so that no session finds its workers gone.
  await coordinator?.stop();
  await Promise.all(workers.map((node) => node.stop()));
}

/** Removes a named cluster with its data, finished or not. Throws {@link UsageError} for an unknown one. */
export async function removeCluster(name: string): Promise<void> {
  const listed = (await listClusters()).some((cluster) => cluster.name === name);
  const record = listed ? await readRecord(name) : await requireRecord(name);
  if (record) await nodeHost(record).remove({ ...record, nodes: await allNodesOf(record) });
  await releasePorts(name);
  await rm(clusterDirectory(name), { recursive: true, force: true });
}

async function requireRecord(name: string): Promise<ClusterRecord> {
  const record = await readRecord(name);
  if (record) return record;
  const names = (await listClusters()).map((cluster) => cluster.name);
  throw new UsageError(`there is no cluster named ${name}`, {
    hint: names.length === 0 ? 'Start one with cluster up.' : `There are ${names.join(', ')}.`,
  });
}
