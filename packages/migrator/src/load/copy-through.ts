import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { type LoadedChunk, writeLoadedChunks } from '../journal/journal.ts';
import { holdTurn } from '../journal/turn.ts';
import type { OnMoment } from '../run/moments.ts';

/** One chunk that goes to a node as a whole, which sends its rows on. */
export interface WholeChunk {
  readonly load: TableLoad;
  readonly relation: string;
  readonly generation: number;
  readonly chunk: number;
  /** The query that reads it from the source. */
  readonly read: string;
  /** `COPY … FROM STDIN`. */
  readonly write: string;
  readonly format: 'binary' | 'text';
}

/** What a chunk's transaction hears and asks while it is at work. */
export interface ChunkWatch {
  /** Whose turn it has to be. */
  readonly run: string;
  /** Hears of bytes as they go by. */
  readonly onPassed: (bytes: number) => void;
  /** Asked before anything is written down: throws where what was read is not to be believed. */
  readonly ensureHeld: () => Promise<void>;
  readonly onMoment: OnMoment;
}

/** Copies a chunk in one transaction, with the journal's row of it. */
export async function copyThrough(
  reader: Pick<Connection, 'copyOut'>,
  writer: Connection,
  { relation, generation, chunk, read, write, format }: WholeChunk,
  { run, onPassed, ensureHeld, onMoment }: ChunkWatch,
): Promise<LoadedChunk> {
  const name = `${relation} ${chunk}`;
  await writer.query('BEGIN');
  await holdTurn(writer, run);
  await onMoment('chunk: before COPY', name);
  const input = await writer.copyIn(`${write} (FORMAT ${format})`);
  let bytes = 0;
  const sent = await reader.copyOut(`COPY (${read}) TO STDOUT (FORMAT ${format})`, (messages) => {
    bytes += messages.end - messages.start;
    onPassed(messages.end - messages.start);
    return input.writeMessages(messages);
  });
  const rows = await input.end();
  if (rows !== sent) throw new Error(`${relation}: ${sent} rows were read and ${rows} written`);
  await onMoment('chunk: after COPY', name);
  await ensureHeld();
  const loaded = { relation, generation, chunk, shard: '0', rows, bytes };
  await writeLoadedChunks(writer, [loaded]);
  await onMoment('chunk: before COMMIT', name);
  await writer.query('COMMIT');
  await onMoment('chunk: after COMMIT', name);
  return loaded;
}
