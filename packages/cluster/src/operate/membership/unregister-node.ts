import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';

/**
 * Has Citus forget a node. Waits for transaction recovery, which the maintenance daemon does every minute: both delete
 * the node's rows of pg_dist_transaction, and Citus lets whichever comes second fail with `tuple concurrently deleted`.
 */
export async function unregisterNode(coordinator: Coordinator, node: NodeAddress): Promise<void> {
  await coordinator.query('BEGIN');
  try {
    // In this order, that of DDL on distributed tables: the other way round, each could wait for the other.
    await coordinator.query('LOCK TABLE pg_dist_node, pg_dist_transaction IN EXCLUSIVE MODE');
    await coordinator.query('SELECT citus_remove_node($1, $2)', [node.name, node.port]);
    await coordinator.query('COMMIT');
  } catch (error) {
    await coordinator.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
