import { join } from 'node:path';
import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError, InputError, plural } from '@shardwright/core';
import { type Connection, errorCode } from '@shardwright/postgres';
import { isLoadedAlready, type LoadedChunk, writeLoadedChunks } from '../journal/journal.ts';
import { type LoadTask, relationOf, setAside } from '../load/load-tasks.ts';
import { quarantineChunk } from '../load/set-aside.ts';
import { isTransient } from '../run/retry.ts';
import { openSession } from '../session.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { Compression } from './compression.ts';
import { copyOptions, formatOf } from './export-worker.ts';
import type { ExportedFile } from './manifest.ts';
import { readRowFile, refuseDamaged } from './row-file.ts';

/** A chunk that lies in a file. */
export interface FileTask extends LoadTask {
  readonly file: ExportedFile;
}

/** Loads one file after the other, with sessions that it keeps. */
export class FileLoader {
  readonly #directory: string;
  readonly #compression: Compression;
  readonly #target: TargetCluster;
  readonly #migration: string;
  readonly #writers = new Map<CitusNode, Connection>();

  constructor(directory: string, compression: Compression, target: TargetCluster, migration: string) {
    this.#directory = directory;
    this.#compression = compression;
    this.#target = target;
    this.#migration = migration;
  }

  /** Gives what it wrote; nothing where another transaction had. After a failure its sessions are new ones. */
  async load(task: FileTask, onPassed: (bytes: number) => void): Promise<readonly LoadedChunk[]> {
    const path = join(this.#directory, task.file.name);
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
    const { generation } = journalled;
    const write = chunk === setAside ? quarantineChunk(load, generation).write : load.copy;
    await writer.query('BEGIN');
    const input = await writer.copyIn(`${write} ${copyOptions(formatOf(task))}`);
    let bytes = 0;
    for await (const piece of readRowFile(path, file, this.#compression)) {
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
    const loaded = { relation: relationOf(load), generation, chunk, shard: '0', rows, bytes };
    await writeLoadedChunks(writer, [loaded]);
    await writer.query('COMMIT');
    return loaded;
  }

  /** The same for a chunk whenever it is tried: there its journal's row would meet that of an earlier attempt. */
  #nodeFor({ journalled, chunk }: FileTask): CitusNode {
    const { coordinator, nodes } = this.#target;
    const workers = nodes.slice(1);
    if (journalled.path !== 'all-nodes' || chunk === setAside) return coordinator;
    return workers[chunk % workers.length] ?? coordinator;
  }

  async #writer(node: CitusNode): Promise<Connection> {
    const open = this.#writers.get(node);
    if (open) return open;
    const writer = await openSession(node.url, this.#migration);
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
