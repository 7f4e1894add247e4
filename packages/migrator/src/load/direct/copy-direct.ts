import type { CitusNode } from '@shardwright/cluster';
import type { Connection } from '@shardwright/postgres';
import type { LoadedChunk } from '../../journal/journal.ts';
import { writeLoadedChunks } from '../../journal/journal.ts';
import { holdTurn } from '../../journal/turn.ts';
import type { ChunkWatch } from '../copy-through.ts';
import { holdShards } from './fence.ts';
import type { RowRouter } from './route-rows.ts';
import { ShardBuffers } from './shard-buffers.ts';
import type { ShardMap } from './shard-map.ts';

/** One chunk that goes straight to its shards. */
export interface DirectChunk {
  readonly relation: string;
  readonly generation: number;
  readonly chunk: number;
  /** COPY (…) TO STDOUT, for the source. */
  readonly read: string;
  readonly format: 'binary' | 'text';
  /** Columns in the order of the query, as SQL text. */
  readonly columns: string;
  readonly shards: ShardMap;
  /** Shards that have the chunk already, with its rows. */
  readonly loaded: ReadonlyMap<string, number>;
}

/** Rows are sent when so many bytes of them are held. */
const flushBytes = 16 * 1024 * 1024;
const copyHeader = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const copyTrailer = Buffer.from([0xff, 0xff]);

/**
 * Reads a chunk, sorts its rows by shard, and writes them into the shards' own tables: on each node one transaction,
 * with the journal's rows of it. Gives what was written; a chunk that was read differently than before is refused.
 */
export async function copyDirect(
  reader: Pick<Connection, 'copyOut'>,
  router: RowRouter,
  openNode: (node: CitusNode) => Promise<Connection>,
  chunk: DirectChunk,
  { run, onPassed, ensureHeld, onMoment }: ChunkWatch,
): Promise<readonly LoadedChunk[]> {
  const { shards, loaded } = chunk;
  const buffers = new ShardBuffers(shards.map(({ id }) => !loaded.has(id)));
  const nodes = [...new Set(shards.filter(({ id }) => !loaded.has(id)).map(({ node }) => node))];
  const sessions = await Promise.all(nodes.map(openNode));
  const bytes = new Map<string, number>();
  const flush = async (): Promise<void> => {
    await Promise.all(
      sessions.map(async (session, index) => {
        for (const [position, { id, node, relation }] of shards.entries()) {
          const held = buffers.bytesOf(position);
          if (node !== nodes[index] || held.length === 0) continue;
          bytes.set(id, (bytes.get(id) ?? 0) + held.length);
          await sendRows(session, `COPY ${relation} (${chunk.columns}) FROM STDIN`, chunk.format, held);
        }
      }),
    );
    buffers.clear();
  };
  const name = `${chunk.relation} ${chunk.chunk}`;
  await Promise.all(
    sessions.map(async (session, index) => {
      await session.query('BEGIN');
      await holdTurn(session, run);
      const own = shards.filter(({ id, node }) => node === nodes[index] && !loaded.has(id));
      await holdShards(
        session,
        own.map(({ id }) => id),
      );
    }),
  );
  await onMoment('chunk: before COPY', name);
  await reader.copyOut(chunk.read, (messages) => {
    router(messages, (hash, row, start, end) => buffers.add(hash, row, start, end));
    onPassed(messages.end - messages.start);
    return buffers.held < flushBytes ? undefined : flush();
  });
  await flush();
  await onMoment('chunk: after COPY', name);
  await ensureHeld();
  const written = shards.map(({ id }, position) => ({
    relation: chunk.relation,
    generation: chunk.generation,
    chunk: chunk.chunk,
    shard: id,
    rows: buffers.rowsOf(position),
    bytes: bytes.get(id) ?? 0,
  }));
  const changed = written.filter(({ shard, rows }) => loaded.has(shard) && loaded.get(shard) !== rows);
  if (changed.length > 0) throw new ChunkChanged(chunk.relation);
  await onMoment('chunk: before COMMIT', name);
  await Promise.all(
    sessions.map(async (session, index) => {
      const own = written.filter((_, position) => shards[position]?.node === nodes[index]);
      await writeLoadedChunks(
        session,
        own.filter(({ shard }) => !loaded.has(shard)),
      );
      await onMoment('shards: before COMMIT', session.target);
      await session.query('COMMIT');
      await onMoment('shards: after COMMIT', session.target);
    }),
  );
  await onMoment('chunk: after COMMIT', name);
  return written.filter(({ shard }) => !loaded.has(shard));
}

/** The source's rows of a chunk are not what they were when a part of it was loaded. */
export class ChunkChanged extends Error {
  readonly relation: string;

  constructor(relation: string) {
    super(`rows of ${relation} changed while they were loaded`);
    this.relation = relation;
  }
}

async function sendRows(
  session: Connection,
  copy: string,
  format: DirectChunk['format'],
  rows: Buffer,
): Promise<void> {
  const input = await session.copyIn(`${copy} (FORMAT ${format})`);
  if (format === 'binary') await input.write(copyHeader);
  await input.write(rows);
  if (format === 'binary') await input.write(copyTrailer);
  await input.end();
}
