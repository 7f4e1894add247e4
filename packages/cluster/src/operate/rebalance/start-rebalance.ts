import type { Coordinator } from '../coordinator.ts';
import { listNodes } from '../list-nodes.ts';
import { planRebalance, type RebalanceScope, type ShardMove } from './plan-rebalance.ts';
import { explainRefusal, requireMovable } from './require-movable.ts';
import type { TransferMode } from './transfer-mode.ts';

/** A rebalance that was begun. */
export interface StartedRebalance {
  readonly jobId: number;
  /** As planned just before. */
  readonly moves: readonly ShardMove[];
}

/**
 * Starts to even out all tables in the background; `undefined` when they are even already. Throws as
 * {@link requireMovable} does when shards cannot move.
 */
export async function startRebalance(
  coordinator: Coordinator,
  options: Pick<RebalanceScope, 'strategy' | 'drainOnly'> & { readonly transferMode?: TransferMode } = {},
): Promise<StartedRebalance | undefined> {
  const { strategy, drainOnly = false, transferMode = 'auto' } = options;
  await requireMovable(coordinator, await listNodes(coordinator), { transferMode });
  const moves = await planRebalance(coordinator, options);
  try {
    const [row] = await coordinator.query<{ id: number | null }>(
      'SELECT citus_rebalance_start($1, $2, $3::citus.shard_transfer_mode)::int AS id',
      [strategy ?? null, drainOnly, transferMode],
    );
    // Citus answers null, with a notice, when there is nothing to move.
    return row?.id == null ? undefined : { jobId: row.id, moves };
  } catch (error) {
    throw await explainRefusal(coordinator, error);
  }
}
