import { addWorkerTo } from '../database/citus-database.ts';
import { type NodeRecord, writeRecord } from './cluster-record.ts';
import type { NamedCluster } from './named-cluster.ts';
import { nodeHost } from './node-host.ts';
import { claimPorts, releasePorts } from './port-claims.ts';

/**
 * Starts one more worker of a named cluster and registers it, checked to reach all others; shards come to it with a
 * rebalance. When that fails, the cluster is as it was.
 */
export async function addNamedWorker(cluster: NamedCluster): Promise<NamedCluster> {
  const { record } = cluster;
  const numbers = record.nodes.map(({ label }) => Number(/\d+$/.exec(label)?.[0] ?? 0));
  const ports = record.nodes.map(({ port }) => port);
  const claimed = await claimPorts(record.name, { count: 1, first: Math.max(...ports) + 1 });
  const [port = 0] = claimed.ports;
  const node: NodeRecord = { label: `worker-${Math.max(...numbers) + 1}`, role: 'worker', port };
  const grown = { ...record, nodes: [...record.nodes, node] };
  const host = nodeHost(record);
  try {
    await host.create(grown, node);
    const worker = await host.open(grown, node);
    await claimed.letGo();
    await worker.start();
    await addWorkerTo(cluster.nodes, record.database, worker);
    await writeRecord(grown);
    return { record: grown, nodes: [...cluster.nodes, worker] };
  } catch (error) {
    await claimed.letGo();
    await host.removeNode(grown, node);
    await releasePorts(record.name, [port]);
    throw error;
  }
}
