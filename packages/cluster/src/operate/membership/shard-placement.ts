import { DatabaseError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';
import { queryEveryNode } from '../query-every-node.ts';

/** Says whether new shards and rebalances may use a node. Needs all nodes up. */
export async function setShouldHaveShards(
  coordinator: Coordinator,
  { name, port }: NodeAddress,
  value: boolean,
): Promise<void> {
  await coordinator.query("SELECT citus_set_node_property($1, $2, 'shouldhaveshards', $3)", [
    name,
    port,
    value,
  ]);
}

/**
 * Lets a node have shards again although nodes may be down. Citus' own function wants to tell every node at once
 * and fails; so each that answers is told by itself, and the others are marked as behind, as citus_update_node
 * does: the maintenance daemon tells them when they are back, within `citus.metadata_sync_interval`, a minute.
 */
export async function restoreShouldHaveShards(
  coordinator: Coordinator,
  node: NodeAddress & { readonly id: number },
): Promise<void> {
  try {
    await setShouldHaveShards(coordinator, node, true);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const answers = await queryEveryNode(
      coordinator,
      `UPDATE pg_dist_node SET shouldhaveshards = true WHERE nodeid = ${node.id} RETURNING 'true'`,
    );
    const behind = answers.flatMap(({ nodeId, ok }) => (ok ? [] : [nodeId]));
    await coordinator.query('UPDATE pg_dist_node SET metadatasynced = false WHERE nodeid = ANY ($1)', [
      behind,
    ]);
  }
}
