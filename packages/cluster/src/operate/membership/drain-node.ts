import {
  type Context,
  DatabaseError,
  InterruptedError,
  ShardwrightError,
  UsageError,
} from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { requireMovable } from '../rebalance/require-movable.ts';
import { startRebalance } from '../rebalance/start-rebalance.ts';
import type { TransferMode } from '../rebalance/transfer-mode.ts';
import { type JobOutcome, stopRebalance, watchJob } from '../rebalance/watch-job.ts';
import { restoreShouldHaveShards, setShouldHaveShards } from './shard-placement.ts';

/** A node that holds no shards any more, and gets none. */
export interface DrainedNode {
  readonly node: ClusterNode;
  /** Absent when it held none. */
  readonly job?: JobOutcome;
}

/**
 * Moves all shards of a node to the others, in Citus' background queue, and keeps new ones away from it. Throws
 * {@link DatabaseError} where shards cannot move, before anything is changed, and when a move fails;
 * {@link InterruptedError} when cancelled. Moves that were done stay then, and the node takes shards as before.
 */
export async function drainNode(
  coordinator: Coordinator,
  node: ClusterNode,
  options: { readonly transferMode?: TransferMode },
  context: Context,
): Promise<DrainedNode> {
  const { transferMode = 'auto' } = options;
  const at = coordinator.nameOf(node);
  const nodes = await listNodes(coordinator);
  if (node.kind !== 'primary') {
    throw new UsageError(`${at} is a ${node.kind}: only primaries hold shards of their own`, {
      hint: 'Name its primary; cluster status lists the nodes.',
    });
  }
  if (node.shardCount > 0) {
    await requireMovable(coordinator, nodes, { transferMode });
    requireTarget(coordinator, nodes, node);
  }
  if (node.shouldHaveShards) await setShouldHaveShards(coordinator, node, false);
  if (node.shardCount === 0) return { node };

  try {
    const started = await startRebalance(coordinator, { drainOnly: true, transferMode });
    if (!started) throw new DatabaseError(`Citus planned no moves away from ${at}`);
    const job = await watchJob(coordinator, started.jobId, context);
    if (job.state === 'cancelled') {
      throw new InterruptedError(`somebody else stopped job ${job.jobId}, which drained ${at}`);
    }
    // The old copies, which Citus would drop a little later; a node that is to go should be empty now.
    await coordinator.query('CALL citus_cleanup_orphaned_resources()');
    return { node, job };
  } catch (error) {
    throw await undo(coordinator, node, error);
  }
}

function requireTarget(coordinator: Coordinator, nodes: readonly ClusterNode[], node: ClusterNode): void {
  const others = nodes.filter(
    ({ id, shouldHaveShards, isActive, kind }) =>
      id !== node.id && shouldHaveShards && isActive && kind === 'primary',
  );
  if (others.length > 0) return;
  const idle = nodes.filter(({ id, kind }) => id !== node.id && kind === 'primary').map(coordinator.nameOf);
  throw new DatabaseError(
    `no other node may hold the ${node.shardCount} shards of ${coordinator.nameOf(node)}`,
    {
      hint: `Add a node with cluster add HOST PORT${idle.length === 0 ? '' : `, or let one of ${idle.join(', ')} have shards: SELECT citus_set_node_property('<host>', <port>, 'shouldhaveshards', true)`}.`,
    },
  );
}

/** Ends the job and lets the node have shards again; what to throw says which of that worked. */
async function undo(coordinator: Coordinator, node: ClusterNode, error: unknown): Promise<unknown> {
  const at = coordinator.nameOf(node);
  try {
    const stopped = await stopRebalance(coordinator);
    if (node.shouldHaveShards) await restoreShouldHaveShards(coordinator, node);
    await coordinator.query('CALL citus_cleanup_orphaned_resources()').catch(() => {});
    const now = await listNodes(coordinator);
    const left = now.find(({ id }) => id === node.id)?.shardCount ?? node.shardCount;
    const down = now.filter(({ isActive, kind, facts }) => isActive && kind === 'primary' && !facts);
    const remains = `${at} still holds ${left} of ${node.shardCount} shards${node.shouldHaveShards ? ' and takes new ones as before' : ''}; moves that were done stay.`;
    if (error instanceof InterruptedError) {
      const message = stopped ? `stopped draining ${at}` : error.message;
      return new InterruptedError(message, { cause: error, hint: remains });
    }
    if (!(error instanceof ShardwrightError)) return error;
    const why =
      down.length === 0
        ? error.message
        : down.map((each) => `${coordinator.nameOf(each)} does not answer: ${each.unreachable}`).join('; ');
    return new DatabaseError(`cannot drain ${at}: ${why}`, {
      cause: error,
      hint: `${remains} ${hintFor(down.map(coordinator.nameOf), error)}`,
    });
  } catch (second) {
    const property = `SELECT citus_set_node_property('${node.name}', ${node.port}, 'shouldhaveshards', true)`;
    const message = `draining ${at} failed (${messageOf(error)}), and so did undoing it: ${messageOf(second)}`;
    const hint = `Once the cluster answers: cluster rebalance --stop, then ${property}.`;
    return error instanceof InterruptedError
      ? new InterruptedError(message, { cause: error, hint })
      : new DatabaseError(message, { cause: error, hint });
  }
}

function hintFor(down: readonly string[], error: ShardwrightError): string {
  if (down.length > 0) return `Start ${down.join(', ')}, then drain again.`;
  if (/No space left|could not extend|disk full/i.test(error.message)) {
    return 'The disk of the node that took the shards is full: free some space, or add a node.';
  }
  return 'Mend what the message names, then drain again; cluster health finds usual causes.';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
