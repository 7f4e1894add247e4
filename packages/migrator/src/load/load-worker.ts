import type { CitusNode } from '@shardwright/cluster';
import { quoteIdentifier } from '@shardwright/core';
import { readRows } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { isLoadedAlready, type LoadedChunk } from '../journal/journal.ts';
import { openSession } from '../session.ts';
import { rangeOf } from '../source/chunks.ts';
import type { LiveSource } from '../source/live-source.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { copyThrough } from './copy-through.ts';
import { copyDirect, type DirectChunk } from './direct/copy-direct.ts';
import { rowRouter } from './direct/route-rows.ts';
import { keyIndex } from './load-path.ts';
import { type LoadTask, relationOf, setAside } from './load-tasks.ts';
import { quarantineChunk } from './set-aside.ts';

/** Does tasks one after the other, with sessions that it keeps. */
export class LoadWorker implements AsyncDisposable {
  readonly #source: LiveSource;
  readonly #target: TargetCluster;
  readonly #migration: string;
  #reader: Connection | undefined;
  readonly #writers = new Map<CitusNode, Connection>();

  constructor(source: LiveSource, target: TargetCluster, migration: string) {
    this.#source = source;
    this.#target = target;
    this.#migration = migration;
  }

  /** Gives what it wrote; nothing where another transaction had. After a failure its sessions are new ones. */
  async load(task: LoadTask, onPassed: (bytes: number) => void): Promise<readonly LoadedChunk[]> {
    try {
      this.#reader ??= await this.#source.openReader();
      return task.shards !== undefined && task.chunk !== setAside
        ? await this.#loadDirect(this.#reader, task, onPassed)
        : await this.#loadWhole(this.#reader, task, onPassed);
    } catch (error) {
      this.#drop();
      if (isLoadedAlready(error)) return [];
      throw error;
    }
  }

  async #loadWhole(
    reader: Connection,
    { load, journalled, chunk }: LoadTask,
    onPassed: (bytes: number) => void,
  ): Promise<readonly LoadedChunk[]> {
    const { generation, format } = journalled;
    const node = this.#nodeFor(journalled.path, chunk);
    const writer = await this.#writer(node);
    if (chunk === setAside)
      return [await copyThrough(reader, writer, quarantineChunk(load, generation), onPassed)];
    const read = readRows(load, { pages: rangeOf(journalled, chunk) });
    const isBinary = format === 'binary';
    return [
      await copyThrough(
        reader,
        writer,
        {
          load,
          relation: relationOf(load),
          generation,
          chunk,
          read,
          write: load.copy,
          format: isBinary ? 'binary' : 'text',
        },
        onPassed,
      ),
    ];
  }

  /** The same for a chunk whenever it is tried: there its journal's row would meet that of an earlier attempt. */
  #nodeFor(path: string, chunk: number): CitusNode {
    const { coordinator, nodes } = this.#target;
    const workers = nodes.slice(1);
    if (path !== 'all-nodes' || chunk === setAside) return coordinator;
    return workers[chunk % workers.length] ?? coordinator;
  }

  async #loadDirect(
    reader: Connection,
    { load, journalled, shards = [], loaded, chunk }: LoadTask,
    onPassed: (bytes: number) => void,
  ): Promise<readonly LoadedChunk[]> {
    const format = journalled.format === 'binary' ? 'binary' : 'text';
    const index = keyIndex(load);
    const router = rowRouter(format, load.columns[index]?.type ?? '', index);
    if (!router) throw new Error(`${journalled.relation} was to be sorted here and cannot be`);
    const sql = readRows(load, { pages: rangeOf(journalled, chunk) });
    const direct: DirectChunk = {
      relation: relationOf(load),
      generation: journalled.generation,
      chunk,
      read: `COPY (${sql}) TO STDOUT (FORMAT ${format})`,
      format,
      columns: load.columns.map(({ name }) => quoteIdentifier(name)).join(', '),
      shards,
      loaded,
    };
    return await copyDirect(reader, router(), (node) => this.#writer(node), direct, onPassed);
  }

  async #writer(node: CitusNode): Promise<Connection> {
    const open = this.#writers.get(node);
    if (open) return open;
    const writer = await openSession(node.url, this.#migration);
    this.#writers.set(node, writer);
    if (node !== this.#target.coordinator) await writer.query(ofShards);
    return writer;
  }

  /** At once: a transaction that is open ends without effect. */
  #drop(): void {
    for (const session of [this.#reader, ...this.#writers.values()]) session?.destroy();
    this.#reader = undefined;
    this.#writers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#drop();
  }
}

const ofShards = 'SET citus.enable_manual_changes_to_shards = on';
