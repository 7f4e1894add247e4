import { DatabaseError, UsageError } from '@shardwright/core';
import { errorCode } from '@shardwright/postgres';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';
import { queryEveryNode } from '../query-every-node.ts';
import { readSql } from '../sql-file.ts';

/** One copy of one shard. */
export interface ShardPlacement {
  /** As `regclass` writes it. */
  readonly table: string;
  readonly id: string;
  /** `distributed`, `reference`, `schema`, `local`. */
  readonly type: string;
  readonly colocationId: number;
  readonly distributionColumn: string | null;
  readonly node: NodeAddress;
  /** With indexes; null where its node could not be reached. */
  readonly sizeBytes: number | null;
  /** Estimate; null where its node could not be reached. */
  readonly rows: number | null;
}

/** All placements, or those of one table. Throws {@link UsageError} for a table that Citus does not manage. */
export async function readShards(
  coordinator: Coordinator,
  table?: string,
): Promise<readonly ShardPlacement[]> {
  if (table !== undefined) await requireCitusTable(coordinator, table);
  const rows = await coordinator.query<
    Omit<ShardPlacement, 'node' | 'rows'> & NodeAddress & { readonly nodeId: number }
  >(await readSql('shards'), [table ?? null]);
  const counts = await queryEveryNode<Record<string, number>>(coordinator, await readSql('shard-rows'));
  const countsOf = new Map(counts.map((answer) => [answer.nodeId, answer.ok ? answer.value : undefined]));
  return rows.map(({ name, port, nodeId, ...shard }) => ({
    ...shard,
    node: { name, port },
    rows: countsOf.get(nodeId)?.[shard.id] ?? null,
  }));
}

/** Throws {@link UsageError} that says whether the table is missing or merely a plain one. */
export async function requireCitusTable(coordinator: Coordinator, table: string): Promise<void> {
  const hint = 'cluster shards lists the tables that have shards.';
  try {
    const rows = await coordinator.query('SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass', [
      table,
    ]);
    if (rows.length > 0) return;
  } catch (error) {
    if (!(error instanceof DatabaseError) || !/^(42P01|3F000|42601|42602)$/.test(errorCode(error) ?? ''))
      throw error;
    throw new UsageError(`there is no table ${table}`, { cause: error, hint });
  }
  throw new UsageError(`${table} is a plain table of the coordinator: it has no shards`, { hint });
}
