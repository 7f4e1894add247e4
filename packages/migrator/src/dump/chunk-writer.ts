import type { DumpSection } from '@shardwright/catalog';
import type { CitusNode } from '@shardwright/cluster';
import { InputError, type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { valueHash } from '@shardwright/hashing';
import type { Connection } from '@shardwright/postgres';
import { isLoadedAlready, type LoadedChunk } from '../journal/journal.ts';
import { type ChunkWatch, copyThrough } from '../load/copy-through.ts';
import { copyDirect } from '../load/direct/copy-direct.ts';
import { UnreadableKey } from '../load/direct/route-rows.ts';
import { isWhole, type LoadTask } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { setAsideOf } from './dump-tasks.ts';
import { writeAside } from './set-aside-text.ts';
import { manyRowsRouter, partNulls, type TextRows } from './text-rows.ts';

/** A chunk of a dump that is to be written. */
export interface ChunkToWrite {
  readonly task: LoadTask;
  readonly section: DumpSection;
  readonly rows: TextRows;
  /** Whether its rows without a shard are in the quarantine already. */
  readonly isAside: boolean;
}

/** Where chunks come from and go to. */
export interface WriterSurroundings {
  readonly target: TargetCluster;
  readonly migration: string;
  /** Statements that prepare sessions, as the plan has them. */
  readonly session: readonly string[];
  readonly file: string;
}

/** Writes chunks one after the other, with sessions that it keeps. */
export class ChunkWriter {
  readonly #surroundings: WriterSurroundings;
  readonly #sessions = new Map<CitusNode, Connection>();

  constructor(surroundings: WriterSurroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Gives what it wrote; `undefined` where another transaction had written part of it, so that only the journals know
   * what is left. After a failure its sessions are new ones.
   */
  async write(chunk: ChunkToWrite, watch: ChunkWatch): Promise<readonly LoadedChunk[] | undefined> {
    try {
      return await this.#write(chunk, watch);
    } catch (error) {
      this.drop();
      if (isLoadedAlready(error)) return undefined;
      if (error instanceof UnreadableKey) throw unreadable(chunk, this.#surroundings.file, error);
      throw error;
    }
  }

  async #write(chunk: ChunkToWrite, watch: ChunkWatch): Promise<readonly LoadedChunk[]> {
    const { task, section, rows, isAside } = chunk;
    const key = keyIndex(chunk);
    const isParted = task.load.isPlaced !== undefined && key >= 0;
    const { others, nulls } = isParted ? partNulls(rows, key) : { others: rows, nulls: undefined };
    const written: LoadedChunk[] = [];
    if (nulls && !isAside) {
      const coordinator = await this.#session(this.#surroundings.target.coordinator);
      written.push(
        await writeAside(
          coordinator,
          { load: task.load, section, journal: journalOf(task, nulls) },
          nulls,
          watch,
        ),
      );
    }
    if (isWhole(task.loaded, task, task.chunk)) return written;
    const placed = task.shards
      ? await this.#writeDirect({ ...chunk, rows: others }, watch)
      : await this.#writeThrough({ ...chunk, rows: others }, watch);
    return [...written, ...placed];
  }

  async #writeThrough(
    { task, section, rows }: ChunkToWrite,
    watch: ChunkWatch,
  ): Promise<readonly LoadedChunk[]> {
    const { load, journalled, chunk } = task;
    const { relation, generation, path } = journalled;
    const writer = await this.#session(this.#nodeFor(path, chunk));
    const write = copyInto(load.target, section);
    const whole = { load, relation, generation, chunk, read: '', write, format: 'text' } as const;
    return [await copyThrough(rowsAtHand(rows), writer, whole, watch)];
  }

  async #writeDirect(chunk: ChunkToWrite, watch: ChunkWatch): Promise<readonly LoadedChunk[]> {
    const { task, section, rows } = chunk;
    const { load, journalled, shards = [], loaded } = task;
    const type = load.columns.find(({ name }) => name === load.distributionColumn)?.type ?? '';
    const hash = valueHash(type);
    if (!hash) throw new Error(`${journalled.relation} was to be sorted here and cannot be`);
    const { relation, generation } = journalled;
    return await copyDirect(
      rowsAtHand(rows),
      manyRowsRouter(keyIndex(chunk), hash),
      (node) => this.#session(node),
      {
        relation,
        generation,
        chunk: task.chunk,
        read: '',
        format: 'text',
        columns: columnsOf(section),
        shards,
        loaded,
      },
      watch,
    );
  }

  /** The same for a chunk whenever it is tried: there its journal's row would meet that of an earlier attempt. */
  #nodeFor(path: string, chunk: number): CitusNode {
    const { coordinator, nodes } = this.#surroundings.target;
    const workers = nodes.slice(1);
    return (path === 'all-nodes' ? workers[chunk % workers.length] : undefined) ?? coordinator;
  }

  async #session(node: CitusNode): Promise<Connection> {
    const open = this.#sessions.get(node);
    if (open) return open;
    const { migration, session: statements } = this.#surroundings;
    const session = await openSession(node.url, migration, [...statements, ofShards]);
    this.#sessions.set(node, session);
    return session;
  }

  /** At once: a transaction that is open ends without effect. */
  drop(): void {
    for (const session of this.#sessions.values()) session.destroy();
    this.#sessions.clear();
  }
}

function unreadable({ task, section }: ChunkToWrite, input: string, cause: UnreadableKey): InputError {
  const { relation } = task.journalled;
  return new InputError(
    `a ${task.load.distributionColumn} of ${relation} is written in a form that is not known here`,
    { input, line: section.line },
    { hint: 'Take the migration back, and run it with --load all-nodes: servers know every form.', cause },
  );
}

const ofShards = 'SET citus.enable_manual_changes_to_shards = on';

/** Rows as a server would send them. */
function rowsAtHand({ message, rows }: TextRows): Pick<Connection, 'copyOut'> {
  return {
    copyOut: async (_, take) => {
      if (rows > 0) await take({ bytes: message, start: 0, end: message.length });
      return rows;
    },
  };
}

function keyIndex({ section, task }: ChunkToWrite): number {
  return section.columns.indexOf(task.load.distributionColumn ?? '');
}

/** SQL has no empty list of columns, and tables without any have rows. */
export function copyInto(table: QualifiedName, section: DumpSection): string {
  const columns = section.columns.length === 0 ? '' : ` (${columnsOf(section)})`;
  return `COPY ${quoteQualifiedName(table)}${columns} FROM STDIN`;
}

function columnsOf({ columns }: DumpSection): string {
  return columns.map(quoteIdentifier).join(', ');
}

function journalOf({ journalled, chunk }: LoadTask, { message, rows }: TextRows): LoadedChunk {
  const { relation, generation } = journalled;
  return { relation, generation, chunk: setAsideOf(chunk), shard: '0', rows, bytes: message.length };
}
