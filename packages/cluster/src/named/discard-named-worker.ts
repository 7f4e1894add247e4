import { UsageError } from '@shardwright/core';
import { writeRecord } from './cluster-record.ts';
import type { NamedCluster } from './named-cluster.ts';
import { nodeHost } from './node-host.ts';
import { releasePorts } from './port-claims.ts';

/**
 * Ends a worker of a named cluster that is registered no more, and removes its data and its place in the record.
 * Throws {@link UsageError} for the coordinator and for labels that it does not have.
 */
export async function discardNamedWorker(
  { record, nodes }: NamedCluster,
  label: string,
): Promise<NamedCluster> {
  const worker = record.nodes.find((node) => node.label === label && node.role === 'worker');
  if (!worker) {
    throw new UsageError(`the cluster ${record.name} has no worker ${label} of its own`, {
      hint: `It has ${record.nodes.map((node) => node.label).join(', ')}.`,
    });
  }
  // First, so that an interruption leaves a server that nobody starts again, and not a record of one that is gone.
  const smaller = { ...record, nodes: record.nodes.filter((node) => node !== worker) };
  await writeRecord(smaller);
  await nodeHost(record).removeNode(record, worker);
  await releasePorts(record.name, [worker.port]);
  return { record: smaller, nodes: nodes.filter((node) => node.label !== label) };
}
