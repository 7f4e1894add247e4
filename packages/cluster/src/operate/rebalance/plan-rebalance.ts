import { UsageError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';
import { requireCitusTable } from '../shards/read-shards.ts';
import { readSql } from '../sql-file.ts';

/** What is to be evened out, and how much unevenness is borne. */
export interface RebalanceScope {
  /** Only this table's co-location group. */
  readonly table?: string;
  /** How far a node may be from the mean, as a share; default: the strategy's. */
  readonly threshold?: number;
  /** A name of `pg_dist_rebalance_strategy`; default: Citus' default, by size on disk. */
  readonly strategy?: string;
  /** Only empty the nodes that shall have no shards. */
  readonly drainOnly?: boolean;
}

/** Shards that go together from one node to another. */
export interface ShardMove {
  readonly tables: readonly string[];
  readonly shardIds: readonly string[];
  readonly from: NodeAddress;
  readonly to: NodeAddress;
  /** Null where it could not be measured. */
  readonly sizeBytes: number | null;
}

/** The moves that Citus would make now, in order; none when shards are even. Changes nothing. */
export async function planRebalance(
  coordinator: Coordinator,
  scope: RebalanceScope = {},
): Promise<readonly ShardMove[]> {
  const { table, threshold, strategy, drainOnly = false } = scope;
  if (table !== undefined) await requireCitusTable(coordinator, table);
  if (strategy !== undefined) await requireStrategy(coordinator, strategy);
  return coordinator.query<ShardMove>(await readSql('rebalance-plan'), [
    table ?? null,
    threshold ?? null,
    drainOnly,
    strategy ?? null,
  ]);
}

async function requireStrategy(coordinator: Coordinator, strategy: string): Promise<void> {
  const strategies = await coordinator.query<{ name: string }>(
    'SELECT name FROM pg_dist_rebalance_strategy ORDER BY name',
  );
  if (strategies.some(({ name }) => name === strategy)) return;
  throw new UsageError(`no rebalance strategy is called ${strategy}`, {
    hint: `Strategies are ${strategies.map(({ name }) => name).join(', ')}.`,
  });
}
