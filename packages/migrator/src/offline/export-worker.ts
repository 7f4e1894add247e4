import { join } from 'node:path';
import { readRows } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { type LoadTask, setAside } from '../load/load-tasks.ts';
import { quarantineChunk } from '../load/set-aside.ts';
import { rangeOf } from '../source/chunks.ts';
import type { LiveSource } from '../source/live-source.ts';
import { type Compression, compressedEnding } from './compression.ts';
import type { WrittenChunk } from './export-directory.ts';
import { exportNames, type FileFormat } from './manifest.ts';
import { RowFile } from './row-file.ts';

/** The COPY's own options; a header names the columns for people. */
export function copyOptions(format: FileFormat): string {
  return format === 'csv' ? '(FORMAT csv, HEADER)' : '(FORMAT binary)';
}

/** The format of a chunk's file. Rows that are set aside are for people. */
export function formatOf({ journalled, chunk }: Pick<LoadTask, 'journalled' | 'chunk'>): FileFormat {
  return journalled.format === 'binary' && chunk !== setAside ? 'binary' : 'csv';
}

/** Writes one chunk after the other, with a session that it keeps. */
export class ExportWorker {
  readonly #source: LiveSource;
  readonly #directory: string;
  readonly #compression: Compression;
  #reader: Connection | undefined;

  constructor(source: LiveSource, directory: string, compression: Compression) {
    this.#source = source;
    this.#directory = directory;
    this.#compression = compression;
  }

  /** @param place The table's among all, counted from 1. After a failure nothing is left, and the session is a new one. */
  async write(task: LoadTask, place: number, onPassed: (bytes: number) => void): Promise<WrittenChunk> {
    const { load, journalled, chunk } = task;
    const { relation, generation } = journalled;
    const format = formatOf(task);
    const name = `${exportNames.rows}/${fileName(task, place, format)}${compressedEnding[this.#compression]}`;
    const read =
      chunk === setAside
        ? quarantineChunk(load, generation).read
        : readRows(load, { pages: rangeOf(journalled, chunk) });
    const file = await RowFile.begin(join(this.#directory, name), this.#compression);
    try {
      this.#reader ??= await this.#source.openReader();
      const rows = await this.#reader.copyOut(
        `COPY (${read}) TO STDOUT ${copyOptions(format)}`,
        (messages) => {
          onPassed(messages.end - messages.start);
          return file.write(messages);
        },
      );
      return { relation, generation, chunk, name, rows: rows, ...(await file.end()) };
    } catch (error) {
      this.drop();
      await file.discard();
      throw error;
    }
  }

  /** At once. */
  drop(): void {
    this.#reader?.destroy();
    this.#reader = undefined;
  }
}

/** `012.public.orders.00001.csv`: names of tables may hold anything, so the number makes it unique. */
function fileName({ load, chunk }: LoadTask, place: number, format: FileFormat): string {
  const { schema, name } = load.source;
  const safe = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_');
  const part = chunk === setAside ? 'set-aside' : String(chunk + 1).padStart(5, '0');
  const ending = format === 'csv' ? 'csv' : 'bin';
  return `${String(place).padStart(3, '0')}.${safe(schema)}.${safe(name)}.${part}.${ending}`;
}
