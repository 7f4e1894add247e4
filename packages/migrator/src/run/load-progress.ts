import type { Context, ProgressPart } from '@shardwright/core';
import type { LoadedChunk } from '../journal/journal.ts';
import type { LoadWatcher } from '../load/load-rows.ts';
import { type LoadTask, setAside, type TableAtWork } from '../load/load-tasks.ts';

interface TableProgress {
  /** Bytes in the source. */
  readonly total: number;
  readonly chunks: number;
  doneChunks: number;
  rows: number;
  /** Bytes that were sent for the chunks that are done. */
  sentBytes: number;
  /** Bytes that were sent so far of each chunk that is at work. */
  readonly atWork: Map<number, number>;
}

const intervalMs = 100;
/** A chunk is done when it is committed, however many bytes went by. */
const mostOfAChunk = 0.99;

/**
 * Tells how far a load is, by the bytes that the source holds: in total and for each table at work. What is sent of a
 * chunk is another number of bytes; it is scaled by the chunks of the table that are done.
 */
export class LoadProgress implements LoadWatcher {
  readonly #context: Context;
  readonly #tables: ReadonlyMap<string, TableProgress>;
  readonly #before: number;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(
    tables: readonly TableAtWork[],
    loaded: readonly LoadedChunk[],
    open: readonly LoadTask[],
    context: Context,
  ) {
    this.#context = context;
    this.#tables = new Map(
      tables.map(({ journalled: { relation, bytes, chunks } }) => [
        relation,
        { total: bytes, chunks, doneChunks: chunks, rows: 0, sentBytes: 0, atWork: new Map() },
      ]),
    );
    for (const { journalled, chunk } of open) {
      const table = this.#tables.get(journalled.relation);
      if (table && chunk !== setAside) table.doneChunks -= 1;
    }
    for (const one of loaded) this.#count(one);
    this.#before = this.#done();
    this.#tell();
  }

  begun({ journalled, chunk }: LoadTask): void {
    if (chunk !== setAside) this.#tables.get(journalled.relation)?.atWork.set(chunk, 0);
  }

  passed({ journalled, chunk }: LoadTask, bytes: number): void {
    const atWork = this.#tables.get(journalled.relation)?.atWork;
    const before = atWork?.get(chunk);
    if (before === undefined) return;
    atWork?.set(chunk, before + bytes);
    if (this.#context.clock.nowMs() - this.#toldMs >= intervalMs) this.#tell();
  }

  loaded({ journalled, chunk }: LoadTask, chunks: readonly LoadedChunk[]): void {
    const table = this.#tables.get(journalled.relation);
    if (!table || chunk === setAside) return;
    table.atWork.delete(chunk);
    table.doneChunks += 1;
    for (const one of chunks) this.#count(one);
    this.#tell();
  }

  #count({ relation, chunk, rows, bytes }: LoadedChunk): void {
    const table = this.#tables.get(relation);
    if (!table || chunk <= setAside) return;
    table.rows += rows;
    table.sentBytes += bytes;
  }

  #done(): number {
    return [...this.#tables.values()].reduce((sum, table) => sum + doneBytes(table), 0);
  }

  #tell(): void {
    const { emit, clock } = this.#context;
    this.#toldMs = clock.nowMs();
    const all = [...this.#tables.values()];
    const parts = [...this.#tables].flatMap(([subject, table]): ProgressPart[] =>
      table.atWork.size === 0
        ? []
        : [{ subject, done: Math.round(doneBytes(table)), total: table.total, rows: table.rows }],
    );
    emit({
      kind: 'progress',
      phase: 'loading rows',
      done: Math.round(this.#done()),
      total: all.reduce((sum, { total }) => sum + total, 0),
      unit: 'bytes',
      before: Math.round(this.#before),
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      parts,
    });
  }
}

function doneBytes({ total, chunks, doneChunks, sentBytes, atWork }: TableProgress): number {
  const bytesOfChunk = total / chunks;
  const expected = doneChunks > 0 && sentBytes > 0 ? sentBytes / doneChunks : bytesOfChunk;
  const shares = [...atWork.values()].map((sent) => Math.min(mostOfAChunk, sent / Math.max(1, expected)));
  return bytesOfChunk * (doneChunks + shares.reduce((sum, share) => sum + share, 0));
}
