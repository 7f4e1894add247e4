import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError, type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { DecidedTable, TableAtWork } from '../load-tasks.ts';
import { readShardMap, type ShardMap } from './shard-map.ts';

/**
 * Holds shards where they are for as long as the coordinator's session is in its transaction, which it begins: a move
 * locks the table before it starts, in a mode that waits for ours, and so does everybody else who would write. Gives the
 * tables with the places of shards of those whose rows are sent straight to them.
 */
export async function fence(
  coordinator: Connection,
  tables: readonly DecidedTable[],
  nodes: readonly CitusNode[],
): Promise<readonly TableAtWork[]> {
  await coordinator.query('BEGIN');
  const direct = tables.filter(({ journalled }) => journalled.path === 'direct');
  if (direct.length > 0) {
    const names = [...new Set(direct.map(({ load }) => quoteQualifiedName(load.target)))];
    await coordinator.query(`LOCK TABLE ${names.join(', ')} IN SHARE MODE`);
  }
  const held: TableAtWork[] = [];
  for (const table of tables) {
    const isDirect = table.journalled.path === 'direct';
    held.push(
      isDirect ? { ...table, shards: await readShardMap(coordinator, table.load.target, nodes) } : table,
    );
  }
  return held;
}

// ShareLock, which a move's ExclusiveLock waits for and others of ours do not.
const shareLock = 5;

/**
 * Holds shards on the node of the session until its transaction ends, by the locks that a move takes on every node. The
 * coordinator's session is not enough: it may be lost without our knowing. Throws {@link DatabaseError} when they moved.
 */
export async function holdShards(session: Connection, shards: readonly string[]): Promise<void> {
  await session.query('SELECT lock_shard_metadata($1, $2)', [shareLock, shards]);
  // After the lock, by a statement of its own: it sees what a move that we waited for has done.
  const [here] = await session.query<{ shards: number }>(
    `SELECT count(*)::int AS shards FROM pg_dist_placement JOIN pg_dist_local_group USING (groupid)
     WHERE shardid = ANY ($1)`,
    [shards],
  );
  if (here?.shards === shards.length) return;
  throw new DatabaseError(`${session.target}: shards moved while rows were sent to them`, {
    hint: 'Run it again once nothing else moves shards.',
  });
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
