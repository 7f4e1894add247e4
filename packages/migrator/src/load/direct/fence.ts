import type { CitusNode } from '@shardwright/cluster';
import { type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { readShardMap, type ShardMap } from './shard-map.ts';

/**
 * Holds shards where they are for as long as the coordinator's session is in its transaction: a move locks the table
 * before it begins, in a mode that waits for ours, and so does everybody else who would write. Begins the transaction.
 */
export async function fence(coordinator: Connection, tables: readonly QualifiedName[]): Promise<void> {
  await coordinator.query('BEGIN');
  if (tables.length === 0) return;
  await coordinator.query(`LOCK TABLE ${tables.map(quoteQualifiedName).join(', ')} IN SHARE MODE`);
}

/** Whether shards lie where they lay. */
export async function isUnmoved(
  coordinator: Connection,
  table: QualifiedName,
  before: ShardMap,
  nodes: readonly CitusNode[],
): Promise<boolean> {
  const now = await readShardMap(coordinator, table, nodes);
  return (
    now.length === before.length &&
    now.every(({ id, node }, index) => id === before[index]?.id && node === before[index]?.node)
  );
}
