import type { NodeRole } from '../cluster.ts';
import { connectionReasons } from './connection-reasons.ts';
import type { Coordinator } from './coordinator.ts';
import type { NodeAddress } from './node-address.ts';
import { queryEveryNode } from './query-every-node.ts';
import { readSql } from './sql-file.ts';

/** A node as the coordinator knows it, with what it said of itself. */
export interface ClusterNode extends NodeAddress {
  /** `pg_dist_node.nodeid`. */
  readonly id: number;
  /** The coordinator's is 0. */
  readonly groupId: number;
  readonly role: NodeRole;
  readonly kind: 'primary' | 'secondary' | 'clone' | 'unavailable';
  readonly isActive: boolean;
  /** Whether new shards and rebalances may use it. */
  readonly shouldHaveShards: boolean;
  readonly hasMetadata: boolean;
  readonly isMetadataSynced: boolean;
  /** Shards of distributed and single-shard tables; reference tables have copies everywhere. */
  readonly shardCount: number;
  /** Copies of reference tables and of local tables that Citus manages. */
  readonly referenceCopies: number;
  /** All of these with their indexes; null where they could not be measured. */
  readonly sizeBytes: number | null;
  /** Absent where the coordinator does not reach it. */
  readonly facts?: NodeFacts;
  /** Why there are no facts. */
  readonly unreachable?: string;
}

/** What a node says of itself. */
export interface NodeFacts {
  readonly postgres: string;
  /** Of the extension in this database, e.g. `13.2-1`; null without it. */
  readonly citus: string | null;
  /** Of the library that the server runs, e.g. `13.2.2`. */
  readonly citusLibrary: string | null;
  readonly isInRecovery: boolean;
  /** As `pg_settings` shows them, without units. */
  readonly settings: Readonly<Record<string, string>>;
  readonly databases: number;
  readonly slots: number;
  readonly senders: number;
  /** Null where the role may not see it. */
  readonly hasMaintenanceDaemon: boolean | null;
}

// A host that drops packets must not hold a listing up for Citus' own 30 seconds.
const nodeTimeoutMs = 5000;

/** All nodes of a cluster, coordinator first. A node that is down is listed with the reason. */
export async function listNodes(coordinator: Coordinator): Promise<readonly ClusterNode[]> {
  await coordinator.query(`SET citus.node_connection_timeout = ${nodeTimeoutMs}`);
  const nodes = await coordinator.query<ClusterNode>(await readSql('nodes'));
  const answers = await queryEveryNode<NodeFacts>(coordinator, await readSql('node-facts'));
  const { notices } = await coordinator.listen(async () => {
    for (const { nodeId, ok } of answers) {
      const node = nodes.find(({ id }) => id === nodeId);
      if (ok || !node) continue;
      // A session that had a connection learns only that it broke; another try tells why.
      await coordinator.query('SELECT citus_check_connection_to_node($1, $2)', [node.name, node.port]);
    }
  });
  const reasonFor = connectionReasons(notices);
  return nodes.map((node): ClusterNode => {
    const answer = answers.find(({ nodeId }) => nodeId === node.id);
    if (answer?.ok) return { ...node, facts: answer.value };
    if (answer) return { ...node, unreachable: reasonFor(node) ?? answer.reason };
    return { ...node, unreachable: node.isActive ? `it is a ${node.kind}` : 'it is not active' };
  });
}
