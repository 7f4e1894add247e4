import type { DumpSection } from '@shardwright/catalog';
import { quoteIdentifier } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { type LoadedChunk, writeLoadedChunks } from '../journal/journal.ts';
import { holdTurn } from '../journal/turn.ts';
import type { ChunkWatch } from '../load/copy-through.ts';
import { reasonToSetAside } from '../load/set-aside.ts';
import type { TextRows } from './text-rows.ts';

/** Rows of a table that no shard takes. */
export interface AsideRows {
  readonly load: TableLoad;
  readonly section: DumpSection;
  /** What is written down of them, also where there are none: then the chunk was looked through. */
  readonly journal: LoadedChunk;
}

/** Puts rows into the quarantine, typed as the target has them, in one transaction with the journal's row of them. */
export async function writeAside(
  coordinator: Connection,
  { load, section, journal }: AsideRows,
  { message, rows }: TextRows,
  { run, onMoment }: ChunkWatch,
): Promise<LoadedChunk> {
  await coordinator.query('BEGIN');
  await holdTurn(coordinator, run);
  if (rows > 0) {
    const types = new Map(load.columns.map(({ name, type }) => [name, type]));
    const columns = section.columns.map((name) => `${quoteIdentifier(name)} ${types.get(name)}`);
    await coordinator.query(`CREATE TEMPORARY TABLE aside (${columns.join(', ')}) ON COMMIT DROP`);
    const input = await coordinator.copyIn('COPY pg_temp.aside FROM STDIN');
    await input.writeMessages({ bytes: message, start: 0, end: message.length });
    await input.end();
    await coordinator.query(
      'INSERT INTO shardwright.quarantine SELECT $1, $2, row_to_json(aside) FROM pg_temp.aside',
      [journal.relation, reasonToSetAside(load)],
    );
  }
  await writeLoadedChunks(coordinator, [journal]);
  const name = `${journal.relation} ${journal.chunk}`;
  await onMoment('chunk: before COMMIT', name);
  await coordinator.query('COMMIT');
  await onMoment('chunk: after COMMIT', name);
  return journal;
}
