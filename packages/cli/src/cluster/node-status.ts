import type { ClusterNode, LabelledNode, NamedCluster } from '@shardwright/cluster';

/** One node as `cluster status` tells it. */
export interface NodeStatus {
  /** `worker-1`, where nodes have names. */
  readonly label?: string;
  readonly role: ClusterNode['role'];
  readonly kind: ClusterNode['kind'];
  /** As clients reach it; for unix sockets their directory. */
  readonly host: string;
  readonly port: number;
  /** `inactive`: Citus does not use it. `unreachable`: the coordinator gets no answer from it. */
  readonly state: 'active' | 'inactive' | 'standby' | 'unreachable' | 'running' | 'stopped';
  /** What the coordinator was told instead of an answer. */
  readonly problem?: string;
  /** `pg_dist_node.nodeid`; this and all below only where the coordinator runs. */
  readonly id?: number;
  /** New shards and rebalances may use it. */
  readonly shouldHaveShards?: boolean;
  readonly shards?: number;
  /** Copies of reference tables. */
  readonly referenceCopies?: number;
  /** Of all these; null where the node cannot be asked. */
  readonly sizeBytes?: number | null;
  readonly postgresVersion?: string;
  readonly citusVersion?: string;
}

const loopback = '127.0.0.1';

/** A node in a command's JSON, by its id and as the other nodes call it. */
export interface NodeName {
  /** `worker-1`, where nodes have names. */
  readonly label?: string;
  /** `pg_dist_node.nodeid`. */
  readonly id: number;
  readonly name: string;
  readonly port: number;
}

/** What names a node of a cluster. */
export function nodeName(node: ClusterNode, named: NamedCluster | undefined): NodeName {
  const label = labelOf(node, named?.nodes ?? []);
  return { ...(label === undefined ? {} : { label }), id: node.id, name: node.name, port: node.port };
}

/** A node from what the coordinator knows, under the name and address that its user knows. */
export function nodeStatus(node: ClusterNode, named: NamedCluster | undefined): NodeStatus {
  const label = labelOf(node, named?.nodes ?? []);
  const published = named?.record.nodes.find((one) => one.label === label);
  const { id, role, kind, shouldHaveShards, shardCount, referenceCopies, sizeBytes, facts, unreachable } =
    node;
  const problem = kind === 'primary' && node.isActive ? unreachable : undefined;
  const citusVersion = facts?.citusLibrary ?? facts?.citus ?? undefined;
  return {
    ...(label === undefined ? {} : { label }),
    role,
    kind,
    host: published === undefined ? node.name : loopback,
    port: published?.port ?? node.port,
    state:
      kind !== 'primary'
        ? 'standby'
        : !node.isActive
          ? 'inactive'
          : problem === undefined
            ? 'active'
            : 'unreachable',
    ...(problem === undefined ? {} : { problem }),
    id,
    shouldHaveShards,
    shards: shardCount,
    referenceCopies,
    sizeBytes,
    // Debian's packages add their own number.
    ...(facts === undefined ? {} : { postgresVersion: facts.postgres.split(' ')[0] ?? '' }),
    ...(citusVersion === undefined ? {} : { citusVersion }),
  };
}

/** The nodes of a cluster whose coordinator does not run: what this machine knows of them. */
export async function stoppedNodes({ record, nodes }: NamedCluster): Promise<readonly NodeStatus[]> {
  const running = await Promise.all(nodes.map((node) => node.isRunning()));
  return record.nodes.map(({ label, role, port }, index) => ({
    label,
    role,
    kind: 'primary',
    host: loopback,
    port,
    state: running[index] === true ? 'running' : 'stopped',
  }));
}

function labelOf(node: ClusterNode, labels: readonly LabelledNode[]): string | undefined {
  return labels.find(({ name, port }) => name === node.name && port === node.port)?.label;
}
