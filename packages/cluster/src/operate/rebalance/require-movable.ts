import { DatabaseError, ShardwrightError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import type { ClusterNode } from '../list-nodes.ts';
import { describeJob, findRunningJob } from './background-job.ts';
import type { TransferMode } from './transfer-mode.ts';

/**
 * Throws {@link DatabaseError} when shards cannot move now: a rebalance runs already, a node is down, its settings
 * forbid it, or one of the tables (all, unless one is named) cannot be copied this way. Citus itself would take the
 * job and try again for hours, calling it running.
 */
export async function requireMovable(
  coordinator: Coordinator,
  nodes: readonly ClusterNode[],
  { transferMode, table }: { readonly transferMode: TransferMode; readonly table?: string | undefined },
): Promise<void> {
  const running = await findRunningJob(coordinator);
  if (running) {
    throw new DatabaseError(`a rebalance runs already: ${describeJob(running)}`, {
      hint: 'Follow it with cluster rebalance --watch, or end it with cluster rebalance --stop.',
    });
  }
  const primaries = nodes.filter(({ kind, isActive }) => kind === 'primary' && isActive);
  const down = primaries.find(({ facts }) => facts === undefined);
  if (down) {
    throw new DatabaseError(`${coordinator.nameOf(down)} does not answer: ${down.unreachable}`, {
      hint: 'Shards move only while all nodes are up: start it, or fail over to its standby. cluster health says more.',
    });
  }
  if (transferMode === 'block_writes') return;
  // What is copied is read from the WAL of the node that holds it.
  const without = primaries.filter(
    ({ facts, shardCount }) => shardCount > 0 && facts?.settings.wal_level !== 'logical',
  );
  if (without.length > 0) {
    const list = without
      .map((node) => `${coordinator.nameOf(node)} (${node.facts?.settings.wal_level})`)
      .join(', ');
    throw new DatabaseError(`shards move by logical replication, but wal_level is not logical on ${list}`, {
      hint: "ALTER SYSTEM SET wal_level = 'logical' there and restart, or take --transfer-mode block_writes.",
    });
  }
  if (transferMode === 'auto') await requireReplicaIdentities(coordinator, table);
}

async function requireReplicaIdentities(coordinator: Coordinator, table: string | undefined): Promise<void> {
  const tables = await coordinator.query<{ name: string }>(
    `SELECT logicalrelid::text AS name
     FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid
     WHERE partmethod <> 'n' AND relkind = 'r' AND (
       relreplident = 'n'
       OR relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = logicalrelid AND indisprimary))
     AND ($1::regclass IS NULL OR logicalrelid = $1::regclass OR colocationid > 0 AND colocationid = (
       SELECT colocationid FROM pg_dist_partition WHERE logicalrelid = $1::regclass))
     ORDER BY 1`,
    [table ?? null],
  );
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => name);
  throw new DatabaseError(
    `${names.length === 1 ? 'a table has' : `${names.length} tables have`} neither primary key nor replica identity: ${names.join(', ')}`,
    {
      hint: 'Add a primary key, or ALTER TABLE … REPLICA IDENTITY FULL; or take --transfer-mode block_writes (writes wait while a shard is copied) or force_logical (updates and deletes fail meanwhile).',
    },
  );
}

/** Turns Citus' refusal of a second rebalance, which another session may have won, into ours. */
export async function explainRefusal(coordinator: Coordinator, error: unknown): Promise<unknown> {
  const isSecond =
    error instanceof ShardwrightError &&
    /rebalance is already running|could not acquire the lock/.test(error.message);
  if (!isSecond) return error;
  const running = await findRunningJob(coordinator);
  return new DatabaseError(
    `a rebalance runs already${running ? `: ${describeJob(running)}` : ' in another session'}`,
    {
      cause: error,
      hint: 'Follow it with cluster rebalance --watch, or end it with cluster rebalance --stop.',
    },
  );
}
