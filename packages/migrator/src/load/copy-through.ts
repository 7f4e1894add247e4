import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { type LoadedChunk, writeLoadedChunks } from '../journal/journal.ts';

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

/** Copies a chunk in one transaction, with the journal's row of it; `onPassed` hears of bytes as they go by. */
export async function copyThrough(
  reader: Connection,
  writer: Connection,
  { relation, generation, chunk, read, write, format }: WholeChunk,
  onPassed: (bytes: number) => void,
): Promise<LoadedChunk> {
  await writer.query('BEGIN');
  const input = await writer.copyIn(`${write} (FORMAT ${format})`);
  let bytes = 0;
  const sent = await reader.copyOut(`COPY (${read}) TO STDOUT (FORMAT ${format})`, (messages) => {
    bytes += messages.end - messages.start;
    onPassed(messages.end - messages.start);
    return input.writeMessages(messages);
  });
  const rows = await input.end();
  if (rows !== sent) throw new Error(`${relation}: ${sent} rows were read and ${rows} written`);
  const loaded = { relation, generation, chunk, shard: '0', rows, bytes };
  await writeLoadedChunks(writer, [loaded]);
  await writer.query('COMMIT');
  return loaded;
}
