import type { CitusNode } from '@shardwright/cluster';
import { quoteIdentifier } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { ShardMap } from './shard-map.ts';

/** A shard as it was found. */
export interface ShardCount {
  readonly shard: string;
  readonly rows: number;
  /** Of these, such as queries for their key do not find, as it hashes to another shard. */
  readonly misplaced: number;
}

/** Looks at every row of a table, on the node where it lies, whether its hash is one of its shard's. */
export async function countShards(
  column: string,
  shards: ShardMap,
  sessions: ReadonlyMap<CitusNode, Connection>,
): Promise<readonly ShardCount[]> {
  const nodes = [...new Set(shards.map(({ node }) => node))];
  const perNode = await Promise.all(
    nodes.map(async (node) => {
      const connection = sessions.get(node);
      if (!connection) throw new RangeError(`${node.name} is no node of the target`);
      const found: ShardCount[] = [];
      for (const [index, shard] of shards.entries()) {
        if (shard.node !== node) continue;
        const before = shards[index + 1]?.min ?? 2 ** 31;
        const key = quoteIdentifier(column);
        const [row] = await connection.query<{ rows: string; misplaced: string }>(
          `SELECT count(*) AS rows,
                  count(*) FILTER (WHERE worker_hash(${key}) NOT BETWEEN $1::int AND $2::int) AS misplaced
           FROM ${shard.relation}`,
          [shard.min, before - 1],
        );
        found.push({ shard: shard.id, rows: Number(row?.rows), misplaced: Number(row?.misplaced) });
      }
      return found;
    }),
  );
  return perNode.flat();
}
