import { clusterUrl, findNode, listNodes } from '@shardwright/cluster';
import type { Target } from './target.ts';

/**
 * The address that a cluster's user reaches a node by: of the coordinator unless one is named, as `worker-1` where the
 * cluster was started here, as `host:port` anywhere. Throws {@link UsageError} for a node that there is not.
 */
export async function nodeUrl(target: Target, node: string | undefined): Promise<string> {
  if (node === undefined || node === 'coordinator') return target.url;
  if (target.named !== undefined) {
    const { record } = target.named;
    const found = record.nodes.find(
      ({ label, port }) => label === node || String(port) === node.replace(/^.*:/, ''),
    );
    if (found !== undefined) return clusterUrl(record, found);
  }
  // By its id, or a server that was started elsewhere and added.
  await using coordinator = await target.connect();
  const { name, port } = findNode(await listNodes(coordinator), node, target.named?.nodes);
  const own = target.named?.nodes.find((one) => one.name === name && one.port === port);
  if (own !== undefined) return nodeUrl(target, own.label);
  const url = new URL(target.url);
  url.hostname = name.startsWith('/') ? encodeURIComponent(name) : name;
  url.port = String(port);
  return url.href;
}
