import { DatabaseError, UsageError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import type { ClusterNode } from '../list-nodes.ts';
import { describeJob, findRunningJob } from '../rebalance/background-job.ts';
import { unregisterNode } from './unregister-node.ts';

/**
 * Takes a node out of the cluster; its server keeps running. Throws {@link DatabaseError} while it holds shards or
 * shards move, {@link UsageError} for the coordinator.
 */
export async function removeNode(coordinator: Coordinator, node: ClusterNode): Promise<void> {
  await requireRemovable(coordinator, node);
  await unregisterNode(coordinator, node);
}

/** What {@link removeNode} throws before it changes anything, for those who ask first. */
export async function requireRemovable(coordinator: Coordinator, node: ClusterNode): Promise<void> {
  const at = coordinator.nameOf(node);
  if (node.role === 'coordinator' && node.kind === 'primary') {
    throw new UsageError(`${at} is the coordinator, and stays`, { hint: 'Name a worker.' });
  }
  const running = await findRunningJob(coordinator);
  if (running) {
    throw new DatabaseError(`shards are moving: ${describeJob(running)}`, {
      hint: 'Wait for it with cluster rebalance --watch, or end it with cluster rebalance --stop.',
    });
  }
  if (node.kind !== 'primary' || node.shardCount === 0) return;
  const tables = await coordinator.query<{ name: string; shards: number }>(
    `SELECT logicalrelid::text AS name, count(*)::int AS shards
     FROM pg_dist_placement JOIN pg_dist_shard USING (shardid) JOIN pg_dist_partition USING (logicalrelid)
     WHERE groupid = $1 AND NOT (partmethod = 'n' AND repmodel = 't')
     GROUP BY logicalrelid ORDER BY 2 DESC, 1`,
    [node.groupId],
  );
  const listed = tables.slice(0, 5).map(({ name, shards }) => `${name} (${shards})`);
  const more = tables.length > listed.length ? ` and ${tables.length - listed.length} more tables` : '';
  throw new DatabaseError(`${at} holds ${node.shardCount} shards: ${listed.join(', ')}${more}`, {
    hint: `Move them to other nodes first: cluster drain ${at}.`,
  });
}
