import { formatNode, type NodeAddress } from '@shardwright/cluster';
import type { Target } from './target.ts';

/** A node as its user calls it: `worker-1` where the cluster was started here, `host:port` elsewhere. */
export function nodeNames({ named }: Pick<Target, 'named'>): (node: NodeAddress) => string {
  return (node) =>
    named?.nodes.find(({ name, port }) => name === node.name && port === node.port)?.label ??
    formatNode(node);
}
