import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError, displayName, type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';

/** A shard of a table and where it lies. */
interface Shard {
  readonly id: string;
  /** The lowest hash that it holds. */
  readonly min: number;
  /** Its own table on the node, as SQL text. */
  readonly relation: string;
  readonly node: CitusNode;
}

/** Shards of a table in order of their ranges, which cover all hashes. */
export type ShardMap = readonly Shard[];

/** Where a hash-distributed table's shards lie now. Throws {@link DatabaseError} where they do not cover every hash. */
export async function readShardMap(
  coordinator: Connection,
  table: QualifiedName,
  nodes: readonly CitusNode[],
): Promise<ShardMap> {
  const rows = await coordinator.query<{
    id: string;
    min: number;
    max: number;
    relation: string;
    host: string;
    port: number;
  }>(
    // Citus shortens long names in a way of its own, and leaves out the schema public.
    `SELECT shardid AS id, shardminvalue::int AS min, shardmaxvalue::int AS max,
            CASE WHEN $2 = 'public' THEN 'public.' ELSE '' END || shard_name(logicalrelid, shardid) AS relation,
            nodename AS host, nodeport AS port
     FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid)
     WHERE logicalrelid = $1::regclass AND noderole = 'primary' ORDER BY min`,
    [quoteQualifiedName(table), table.schema],
  );
  let next = -(2 ** 31);
  const shards = rows.map(({ id, min, max, relation, host, port }) => {
    const node = nodes.find((one) => one.name === host && one.port === port);
    if (!node || min !== next) throw incomplete(table, id);
    next = max + 1;
    return { id, min, relation, node };
  });
  if (next !== 2 ** 31) throw incomplete(table, 'the last');
  return shards;
}

function incomplete(table: QualifiedName, shard: string): DatabaseError {
  return new DatabaseError(
    `the shards of ${displayName(table)} are not one for every hash, each in one place (${shard})`,
    { hint: 'See cluster health; or load through the coordinator, with --load coordinator.' },
  );
}
