import { join } from 'node:path';
import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError, InputError, plural } from '@shardwright/core';
import { type Connection, errorCode } from '@shardwright/postgres';
import { isLoadedAlready, type LoadedChunk, writeLoadedChunks } from '../journal/journal.ts';
import { holdTurn } from '../journal/turn.ts';
import { type LoadTask, setAside } from '../load/load-tasks.ts';
import { copyOf } from '../load/load-worker.ts';
import { quarantineChunk } from '../load/set-aside.ts';
import type { ReceivingParties } from '../run/carry-out.ts';
import { isTransient } from '../run/retry.ts';
import { openSession } from '../session.ts';
import type { Compression } from './compression.ts';
import { copyOptions, formatOf } from './export-worker.ts';
import type { ExportedFile } from './manifest.ts';
import { readRowFile, refuseDamaged } from './row-file.ts';

/** A chunk that lies in a file. */
export interface FileTask extends LoadTask {
  readonly file: ExportedFile;
}

/** Where files lie, and who takes their rows. */
export interface LoaderSurroundings {
  readonly directory: string;
  readonly compression: Compression;
  readonly parties: ReceivingParties;
  /** Statements that prepare sessions, as the plan has them. */
  readonly session: readonly string[];
}

/** Loads one file after the other, with sessions that it keeps. */
export class FileLoader {
  readonly #surroundings: LoaderSurroundings;
  readonly #writers = new Map<CitusNode, Connection>();

  constructor(surroundings: LoaderSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Gives what it wrote; nothing where another transaction had. After a failure its sessions are new ones. */
  async load(task: FileTask, onPassed: (bytes: number) => void): Promise<readonly LoadedChunk[]> {
    const path = join(this.#surroundings.directory, task.file.name);
    try {
      const writer = await this.#writer(this.#nodeFor(task));
      return [await this.#copy(writer, path, task, onPassed)];
    } catch (error) {
      this.drop();
      if (isLoadedAlready(error)) return [];
      if (error instanceof InputError || isTransient(error)) throw error;
      // What the server refuses may be what happened to the file on its way.
      await refuseDamaged(path, task.file);
      throw error instanceof DatabaseError ? refused(path, error) : error;
    }
  }

  async #copy(
    writer: Connection,
    path: string,
    task: FileTask,
    onPassed: (bytes: number) => void,
  ): Promise<LoadedChunk> {
    const { load, journalled, chunk, file } = task;
    const { compression, parties } = this.#surroundings;
    const { turn, onMoment } = parties;
    const { relation, generation } = journalled;
    const name = `${relation} ${chunk}`;
    const write = chunk === setAside ? quarantineChunk(load, generation).write : copyOf(load);
    await writer.query('BEGIN');
    await holdTurn(writer, turn.run);
    await onMoment('chunk: before COPY', name);
    const input = await writer.copyIn(`${write} ${copyOptions(formatOf(task))}`);
    let bytes = 0;
    for await (const piece of readRowFile(path, file, compression)) {
      bytes += piece.length;
      onPassed(piece.length);
      await input.write(piece);
    }
    // Only here is it known that the file is what was exported.
    const rows = await input.end();
    if (rows !== file.rows) {
      throw new DatabaseError(
        `${path}: the manifest says ${plural(file.rows, 'row')}, and ${rows} were read`,
      );
    }
    await onMoment('chunk: after COPY', name);
    const loaded = { relation, generation, chunk, shard: '0', rows, bytes };
    await writeLoadedChunks(writer, [loaded]);
    await onMoment('chunk: before COMMIT', name);
    await writer.query('COMMIT');
    await onMoment('chunk: after COMMIT', name);
    return loaded;
  }

  /** The same for a chunk whenever it is tried: there its journal's row would meet that of an earlier attempt. */
  #nodeFor({ journalled, chunk }: FileTask): CitusNode {
    const { coordinator, nodes } = this.#surroundings.parties.target;
    const workers = nodes.slice(1);
    if (journalled.path !== 'all-nodes' || chunk === setAside) return coordinator;
    return workers[chunk % workers.length] ?? coordinator;
  }

  async #writer(node: CitusNode): Promise<Connection> {
    const open = this.#writers.get(node);
    if (open) return open;
    const { parties, session } = this.#surroundings;
    const writer = await openSession(node.url, parties.migration, session);
    this.#writers.set(node, writer);
    return writer;
  }

  /** At once: a transaction that is open ends without effect. */
  drop(): void {
    for (const session of this.#writers.values()) session.destroy();
    this.#writers.clear();
  }
}

function refused(path: string, cause: DatabaseError): DatabaseError {
  const hint = cause.hint ?? (errorCode(cause) === undefined ? undefined : 'The file is as it was exported.');
  return new DatabaseError(`${path}: ${cause.message}`, { cause, ...(hint === undefined ? {} : { hint }) });
}
