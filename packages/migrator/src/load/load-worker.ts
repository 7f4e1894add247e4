import type { CitusNode } from '@shardwright/cluster';
import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { readRows, type TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { isLoadedAlready, type LoadedChunk } from '../journal/journal.ts';
import type { OnMoment } from '../run/moments.ts';
import { openSession } from '../session.ts';
import { rangeOf } from '../source/chunks.ts';
import type { LiveSource } from '../source/live-source.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { type ChunkWatch, copyThrough } from './copy-through.ts';
import { copyDirect, type DirectChunk } from './direct/copy-direct.ts';
import { rowRouter } from './direct/route-rows.ts';
import { keyIndex } from './load-path.ts';
import { type LoadTask, relationOf, setAside } from './load-tasks.ts';
import { quarantineChunk } from './set-aside.ts';

/** Where a worker reads and writes, and for whom. */
export interface WorkerSurroundings {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly migration: string;
  readonly run: string;
  /** Statements that prepare sessions, as the plan has them. */
  readonly session: readonly string[];
  readonly onMoment: OnMoment;
}

/** Does tasks one after the other, with sessions that it keeps. */
export class LoadWorker implements AsyncDisposable {
  readonly #source: LiveSource;
  readonly #target: TargetCluster;
  readonly #surroundings: WorkerSurroundings;
  #reader: Connection | undefined;
  readonly #writers = new Map<CitusNode, Connection>();

  constructor(surroundings: WorkerSurroundings) {
    this.#source = surroundings.source;
    this.#target = surroundings.target;
    this.#surroundings = surroundings;
  }

  /**
   * Gives what it wrote; `undefined` where another transaction had written part of it, so that nobody knows what is left
   * but the journals. After a failure its sessions are new ones.
   */
  async load(task: LoadTask, onPassed: (bytes: number) => void): Promise<readonly LoadedChunk[] | undefined> {
    const { run, onMoment } = this.#surroundings;
    const { ensureHeld } = this.#source;
    const watch: ChunkWatch = { run, onMoment, onPassed, ensureHeld };
    try {
      this.#reader ??= await this.#source.openReader();
      return task.shards !== undefined && task.chunk !== setAside
        ? await this.#loadDirect(this.#reader, task, watch)
        : await this.#loadWhole(this.#reader, task, watch);
    } catch (error) {
      this.#drop();
      if (isLoadedAlready(error)) return undefined;
      await ensureHeld();
      throw error;
    }
  }

  async #loadWhole(
    reader: Connection,
    { load, journalled, chunk }: LoadTask,
    watch: ChunkWatch,
  ): Promise<readonly LoadedChunk[]> {
    const { generation, format } = journalled;
    const node = this.#nodeFor(journalled.path, chunk);
    const writer = await this.#writer(node);
    if (chunk === setAside)
      return [await copyThrough(reader, writer, quarantineChunk(load, generation), watch)];
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
          write: copyOf(load),
          format: isBinary ? 'binary' : 'text',
        },
        watch,
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
    watch: ChunkWatch,
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
    return await copyDirect(reader, router(), (node) => this.#writer(node), direct, watch);
  }

  async #writer(node: CitusNode): Promise<Connection> {
    const open = this.#writers.get(node);
    if (open) return open;
    const { migration, session } = this.#surroundings;
    const writer = await openSession(node.url, migration, [...session, ofShards]);
    this.#writers.set(node, writer);
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

/** SQL has no empty list of columns, and tables without any, or with generated ones only, have rows. */
export function copyOf({ columns, copy, target }: TableLoad): string {
  return columns.length > 0 ? copy : `COPY ${quoteQualifiedName(target)} FROM STDIN`;
}
