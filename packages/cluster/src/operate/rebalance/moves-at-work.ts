import { DatabaseError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';
import { readSql } from '../sql-file.ts';

/** The copy of one shard that a running session makes, waits to make or has made. */
export interface ShardCopy {
  readonly shardId: string;
  readonly table: string;
  readonly state: 'waiting' | 'copying' | 'done';
  readonly copiedBytes: number;
  readonly sizeBytes: number;
  readonly from: NodeAddress;
  readonly to: NodeAddress;
}

/** What running rebalances are doing; nothing where that cannot be measured now. */
export async function readMovesAtWork(coordinator: Coordinator): Promise<readonly ShardCopy[]> {
  try {
    return await coordinator.query<ShardCopy>(await readSql('moves-at-work'));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // Citus asks the nodes for sizes: one that is down fails this before it fails the move, which tells why.
    return [];
  }
}

/** `2 of 6: orders 102008 w1:5432 → w2:5432`, as a progress event's subject. */
export function subjectOf(
  count: string,
  copies: readonly ShardCopy[],
  { nameOf }: Pick<Coordinator, 'nameOf'>,
): string {
  const copy = copies.find(({ state }) => state === 'copying');
  if (!copy) return count;
  return `${count}: ${copy.table} ${copy.shardId} ${nameOf(copy.from)} → ${nameOf(copy.to)}`;
}
