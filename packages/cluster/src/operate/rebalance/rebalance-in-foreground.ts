import { setTimeout as delay } from 'node:timers/promises';
import { type Context, InterruptedError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import { listNodes } from '../list-nodes.ts';
import { requireCitusTable } from '../shards/read-shards.ts';
import { readMovesAtWork, subjectOf } from './moves-at-work.ts';
import { planRebalance, type RebalanceScope, type ShardMove } from './plan-rebalance.ts';
import { explainRefusal, requireMovable } from './require-movable.ts';
import type { TransferMode } from './transfer-mode.ts';

const pollMs = 250;

/**
 * Evens out one table's co-location group, or all within a threshold, and waits for it: Citus' background jobs
 * know neither. Returns the moves made, none when shards were even already. Throws {@link InterruptedError} when
 * cancelled: moves that were done stay, the one at work is undone.
 */
export async function rebalanceInForeground(
  coordinator: Coordinator,
  scope: RebalanceScope & { readonly transferMode?: TransferMode },
  context: Context,
): Promise<readonly ShardMove[]> {
  const { table, threshold, strategy, transferMode = 'auto' } = scope;
  if (table !== undefined) await requireCitusTable(coordinator, table);
  await requireMovable(coordinator, await listNodes(coordinator), { transferMode, table });
  const moves = await planRebalance(coordinator, scope);
  if (moves.length === 0) return [];
  // One session moves, this one watches and can cancel it.
  await using mover = await coordinator.another();
  const [backend] = await mover.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const work = mover.query(
    `SELECT rebalance_table_shards($1::regclass, threshold := $2::real,
       shard_transfer_mode := $3::citus.shard_transfer_mode, rebalance_strategy := $4)`,
    [table ?? null, threshold ?? null, transferMode, strategy ?? null],
  );
  const ended = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, pause(context.signal)]))) {
    if (context.signal.aborted) {
      await coordinator.query('SELECT pg_cancel_backend($1::int)', [backend?.pid]);
      await ended;
      throw new InterruptedError('stopped rebalancing', {
        hint: 'Moves that were done stay; the one at work was undone. cluster rebalance --plan shows what is left.',
      });
    }
    await report(coordinator, moves.length, context);
  }
  try {
    await work;
  } catch (error) {
    throw await explainRefusal(coordinator, error);
  }
  return moves;
}

/** Ends after a moment, at once when cancelled, with `false`. */
function pause(signal: AbortSignal): Promise<boolean> {
  return delay(pollMs, false, { signal }).catch(() => false);
}

async function report(coordinator: Coordinator, moves: number, { emit }: Context): Promise<void> {
  const copies = await readMovesAtWork(coordinator);
  const count = `${moves} ${moves === 1 ? 'move' : 'moves'}`;
  emit({
    kind: 'progress',
    phase: 'moving shards',
    done: copies.reduce((sum, { copiedBytes }) => sum + copiedBytes, 0),
    total: copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unit: 'bytes',
    subject: subjectOf(count, copies, coordinator),
  });
}
