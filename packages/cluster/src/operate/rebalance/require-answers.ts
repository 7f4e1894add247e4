import { type Clock, DatabaseError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import { queryEveryNode } from '../query-every-node.ts';

const intervalMs = 1000;
// A server that is out of connections for a moment is not down.
const misses = 2;

/**
 * A function to call again and again while something goes on: it throws {@link DatabaseError} once a node has
 * stopped answering. A move that waits for a lock would not notice for as long as it waits.
 */
export function requireAnswers(coordinator: Coordinator, clock: Clock): () => Promise<void> {
  let checkedMs = clock.nowMs();
  const missed = new Map<number, number>();
  return async () => {
    if (clock.nowMs() - checkedMs < intervalMs) return;
    checkedMs = clock.nowMs();
    for (const answer of await queryEveryNode<number>(coordinator, 'SELECT 1')) {
      const count = answer.ok ? 0 : (missed.get(answer.nodeId) ?? 0) + 1;
      missed.set(answer.nodeId, count);
      if (answer.ok || count < misses) continue;
      throw new DatabaseError(`a node stopped answering: ${answer.reason}`, {
        hint: 'Start it, or fail over to its standby; cluster health says more.',
      });
    }
  };
}
