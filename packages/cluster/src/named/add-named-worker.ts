import { type Context, EnvironmentError, quietContext } from '@shardwright/core';
import { addWorkerTo } from '../database/citus-database.ts';
import { type ClusterRecord, type NodeRecord, readRecord, writeRecord } from './cluster-record.ts';
import { type NamedCluster, openCluster } from './named-cluster.ts';
import { nodeHost } from './node-host.ts';
import { claimPorts, releasePorts } from './port-claims.ts';
import { beginWorker, endWorker } from './unfinished-worker.ts';

/**
 * Starts one more worker of a named cluster and registers it, checked to reach all others; shards come to it with a
 * rebalance. When that fails, the cluster is as it was. Throws {@link EnvironmentError} while another process adds one.
 */
export async function addNamedWorker(
  cluster: NamedCluster,
  context: Context = quietContext(),
): Promise<NamedCluster> {
  const { name } = cluster.record;
  const label = nextLabel(await currentRecord(cluster));
  await beginWorker(name, label);
  try {
    const record = await currentRecord(cluster);
    if (nextLabel(record) === label) return await addWorker(record, label, context);
    throw new EnvironmentError(`the workers of the cluster ${name} have just been changed by somebody else`, {
      hint: 'See cluster status, and try again.',
    });
  } finally {
    await endWorker(name);
  }
}

/** Others may have changed it since the caller looked. */
async function currentRecord({ record }: NamedCluster): Promise<ClusterRecord> {
  return (await readRecord(record.name)) ?? record;
}

function nextLabel({ nodes }: ClusterRecord): string {
  return `worker-${Math.max(...nodes.map(({ label }) => Number(/\d+$/.exec(label)?.[0] ?? 0))) + 1}`;
}

async function addWorker(
  record: ClusterRecord,
  label: string,
  { emit, signal }: Context,
): Promise<NamedCluster> {
  const ports = record.nodes.map(({ port }) => port);
  const claimed = await claimPorts(record.name, { count: 1, first: Math.max(...ports) + 1 });
  const [port = 0] = claimed.ports;
  const node: NodeRecord = { label, role: 'worker', port };
  const grown = { ...record, nodes: [...record.nodes, node] };
  const host = nodeHost(record);
  const step = (phase: string): void => {
    signal.throwIfAborted();
    emit({ kind: 'phase', phase });
  };
  try {
    step(`making the data directory of ${label}`);
    await host.create(grown, node);
    const worker = await host.open(grown, node);
    step(`starting ${label}`);
    await claimed.letGo();
    await worker.start();
    // First, so that no node is registered that nobody would start again.
    await writeRecord(grown);
    step(`registering ${label}`);
    const { nodes } = await openCluster(record);
    await addWorkerTo(nodes, record.database, worker);
    return { record: grown, nodes: [...nodes, worker] };
  } catch (error) {
    await claimed.letGo();
    await host.removeNode(grown, node);
    await writeRecord(record);
    await releasePorts(record.name, [port]);
    throw error;
  }
}
