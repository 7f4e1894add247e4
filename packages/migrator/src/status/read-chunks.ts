import type { CitusNode } from '@shardwright/cluster';
import type { JournalledLoad } from '../journal/journal.ts';
import { hasJournal } from '../journal/turn.ts';
import { openSession } from '../session.ts';

/** A chunk over all nodes. */
export interface ChunkOnNodes {
  readonly relation: string;
  readonly chunk: number;
  /** Shards that have it, or all of them. */
  readonly shards: number | 'all';
  readonly rows: number;
  readonly bytes: number;
  readonly beganAt: Date;
  readonly loadedAt: Date;
}

interface ChunkRow {
  readonly relation: string;
  readonly generation: number;
  readonly chunk: number;
  readonly whole: boolean;
  readonly shards: number;
  readonly rows: string;
  readonly bytes: string;
  readonly began_at: Date;
  readonly loaded_at: Date;
}

/** What the nodes' journals tell of chunks of the tables' present generations; shards are counted on the nodes. */
export async function readChunks(
  nodes: readonly CitusNode[],
  loads: ReadonlyMap<string, JournalledLoad>,
): Promise<readonly ChunkOnNodes[]> {
  const perNode = await Promise.all(
    nodes.map(async (node) => {
      await using connection = await openSession(node.url);
      if (!(await hasJournal(connection))) return [];
      return await connection.query<ChunkRow>(chunksSql);
    }),
  );
  const found = new Map<string, ChunkOnNodes>();
  for (const row of perNode.flat()) {
    if (loads.get(row.relation)?.generation !== row.generation) continue;
    const key = `${row.relation} ${row.chunk}`;
    found.set(key, merged(found.get(key), row));
  }
  return [...found.values()].sort((a, b) => a.beganAt.getTime() - b.beganAt.getTime());
}

function merged(before: ChunkOnNodes | undefined, row: ChunkRow): ChunkOnNodes {
  const { relation, chunk, began_at: beganAt, loaded_at: loadedAt } = row;
  const shards = row.whole || before?.shards === 'all' ? 'all' : (before?.shards ?? 0) + row.shards;
  return {
    relation,
    chunk,
    shards,
    rows: (before?.rows ?? 0) + Number(row.rows),
    bytes: (before?.bytes ?? 0) + Number(row.bytes),
    beganAt: before && before.beganAt < beganAt ? before.beganAt : beganAt,
    loadedAt: before && before.loadedAt > loadedAt ? before.loadedAt : loadedAt,
  };
}

const chunksSql = `
  SELECT relation, generation, chunk, bool_or(shard = 0) AS whole, count(*)::int AS shards,
         sum(rows) AS rows, sum(bytes) AS bytes, min(began_at) AS began_at, max(loaded_at) AS loaded_at
  FROM shardwright.loaded_chunk GROUP BY relation, generation, chunk`;
