import { UsageError } from '@shardwright/core';
import type { LabelledNode } from './coordinator.ts';
import type { ClusterNode } from './list-nodes.ts';
import { formatNode, isSameNode } from './node-address.ts';

/**
 * The node that `host:port`, `:port`, a host, a node id, `coordinator` or a label names. Throws
 * {@link UsageError} that lists the nodes when none or several answer to it.
 */
export function findNode(
  nodes: readonly ClusterNode[],
  text: string,
  labels: readonly LabelledNode[] = [],
): ClusterNode {
  const found = nodes.filter((node) => namesOf(node, labels).includes(text));
  const [node, another] = found;
  if (node && !another) return node;
  const list = nodes.map((each) => describe(each, labels)).join(', ');
  throw new UsageError(
    node ? `several nodes are called ${text}` : `no node of the cluster is called ${text}`,
    { hint: `Write host:port or the node's id. Nodes: ${list}.` },
  );
}

function namesOf(node: ClusterNode, labels: readonly LabelledNode[]): readonly string[] {
  return [
    String(node.id),
    formatNode(node),
    `${node.name}:${node.port}`,
    `:${node.port}`,
    node.name,
    ...(node.role === 'coordinator' ? ['coordinator'] : []),
    ...labels.filter((labelled) => isSameNode(labelled, node)).map(({ label }) => label),
  ];
}

function describe(node: ClusterNode, labels: readonly LabelledNode[]): string {
  const label = labels.find((labelled) => isSameNode(labelled, node))?.label ?? node.role;
  return `${formatNode(node)} (id ${node.id}, ${label})`;
}
