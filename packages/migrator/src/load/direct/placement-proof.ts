import type { CitusNode } from '@shardwright/cluster';
import { type QualifiedName, quoteIdentifier } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { ShardMap } from './shard-map.ts';

/** Rows that lie in a shard that queries for their key do not look into. */
export interface Misplaced {
  readonly table: QualifiedName;
  readonly shard: string;
  readonly rows: number;
}

/** Looks at every row of a table, on the node where it lies, whether its hash is one of its shard's. */
export async function findMisplaced(
  table: QualifiedName,
  column: string,
  shards: ShardMap,
  openNode: (node: CitusNode) => Promise<Connection>,
): Promise<readonly Misplaced[]> {
  const nodes = [...new Set(shards.map(({ node }) => node))];
  const perNode = await Promise.all(
    nodes.map(async (node) => {
      const connection = await openNode(node);
      const found: Misplaced[] = [];
      for (const [index, shard] of shards.entries()) {
        if (shard.node !== node) continue;
        const before = shards[index + 1]?.min ?? 2 ** 31;
        const key = quoteIdentifier(column);
        const [row] = await connection.query<{ rows: string }>(
          `SELECT count(*) AS rows FROM ${shard.relation}
           WHERE worker_hash(${key}) NOT BETWEEN $1::int AND $2::int`,
          [shard.min, before - 1],
        );
        const rows = Number(row?.rows);
        if (rows > 0) found.push({ table, shard: shard.id, rows });
      }
      return found;
    }),
  );
  return perNode.flat();
}
