import { createHash, randomUUID } from 'node:crypto';
import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { type Connection, errorCode } from '@shardwright/postgres';
import { openSession } from '../session.ts';
import { coordinatorJournalSql, nodeJournalSql } from '../sql-files.ts';
import { hasJournal, takeTurn } from './turn.ts';

/** How a migration stands. */
export type MigrationState = 'preparing' | 'loading' | 'finishing' | 'done' | 'taking back';

/** The migration of a target, as its journal tells it. */
export interface Migration {
  readonly id: string;
  readonly planDigest: string;
  /** `user@host:port/database` of the source. */
  readonly source: string;
  readonly sourceIdentity: string;
  readonly state: MigrationState;
}

/** How a table is loaded, as it was decided before its first chunk. */
export interface JournalledLoad {
  readonly relation: string;
  readonly generation: number;
  readonly path: string;
  readonly why: string;
  readonly format: string;
  readonly snapshot: string;
  readonly fileNode: string;
  readonly pages: number;
  readonly pagesPerChunk: number;
  readonly chunks: number;
  readonly bytes: number;
}

/** What a transaction wrote; committed with it. */
export interface LoadedChunk {
  readonly relation: string;
  readonly generation: number;
  readonly chunk: number;
  /** 0 for all shards at once. */
  readonly shard: string;
  readonly rows: number;
  readonly bytes: number;
}

const schemaExists = "SELECT to_regclass('shardwright.migration') IS NOT NULL AS exists";

/** The plan by its content. */
export function planDigest(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

/** The migration that the target is in, or was; `undefined` where there never was one. */
export async function readMigration(coordinator: Connection): Promise<Migration | undefined> {
  const [found] = await coordinator.query<{ exists: boolean }>(schemaExists);
  if (!found?.exists) return undefined;
  const [row] = await coordinator.query<Migration>(
    `SELECT id, plan_digest AS "planDigest", source, source_identity AS "sourceIdentity", state
     FROM shardwright.migration`,
  );
  return row;
}

/** A run's turn at a migration. */
export interface Turn {
  readonly run: string;
  /** Journals of the nodes that can be reached. */
  readonly journals: readonly string[];
}

/**
 * Makes the journal on every node, coordinator first, and writes down what is begun and whose turn it is; what is there
 * stays. Waits for transactions of the run whose turn it was.
 */
export async function beginMigration(
  nodes: readonly CitusNode[],
  begun: { readonly plan: Plan; readonly source: string; readonly sourceIdentity: string },
): Promise<Turn> {
  const run = randomUUID();
  const journals: { readonly id: string; readonly name: string }[] = [];
  let migration = '';
  for (const [index, node] of nodes.entries()) {
    await using connection = await openSession(node.url);
    await connection.query('BEGIN; SET LOCAL citus.enable_ddl_propagation = off');
    await connection.query(nodeJournalSql);
    if (index === 0) {
      await connection.query(coordinatorJournalSql);
      await connection.query(
        `INSERT INTO shardwright.migration (plan, plan_digest, source, source_identity, extensions, state)
         VALUES ($1, $2, $3, $4, (SELECT array_agg(extname::text) FROM pg_extension), 'preparing')
         ON CONFLICT DO NOTHING`,
        [JSON.stringify(begun.plan), planDigest(begun.plan), begun.source, begun.sourceIdentity],
      );
      migration = (await readMigration(connection))?.id ?? '';
    }
    const id = await takeTurn(connection, migration, run);
    await connection.query('COMMIT');
    journals.push({ id, name: `${node.name}:${node.port}` });
  }
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('a target has at least one node');
  await using connection = await openSession(coordinator.url);
  await connection.query(
    `INSERT INTO shardwright.node (id, name) SELECT id, name FROM json_to_recordset($1) AS node(id uuid, name text)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(journals)],
  );
  return { run, journals: journals.map(({ id }) => id) };
}

export async function setMigrationState(coordinator: Connection, state: MigrationState): Promise<void> {
  await coordinator.query(
    `UPDATE shardwright.migration
     SET state = $1, finished_at = CASE WHEN $1 = 'done' THEN clock_timestamp() END`,
    [state],
  );
}

/** Steps that were done, in the order in which they were. */
export async function readSteps(coordinator: Connection): Promise<readonly string[]> {
  const rows = await coordinator.query<{ id: string }>(
    'SELECT id FROM shardwright.step ORDER BY position, applied_at',
  );
  return rows.map(({ id }) => id);
}

export async function readLoads(coordinator: Connection): Promise<ReadonlyMap<string, JournalledLoad>> {
  const rows = await coordinator.query<{ relation: string } & Record<string, unknown>>(
    'SELECT * FROM shardwright.table_load',
  );
  return new Map(
    rows.map((row) => [
      row.relation,
      {
        relation: row.relation,
        generation: Number(row.generation),
        path: String(row.path),
        why: String(row.why),
        format: String(row.format),
        snapshot: String(row.snapshot),
        fileNode: String(row.file_node),
        pages: Number(row.pages),
        pagesPerChunk: Number(row.pages_per_chunk),
        chunks: Number(row.chunks),
        bytes: Number(row.bytes),
      },
    ]),
  );
}

/** Writes down how a table is loaded, in place of what was decided before. */
export async function writeLoad(coordinator: Connection, load: JournalledLoad): Promise<void> {
  await coordinator.query(
    `INSERT INTO shardwright.table_load VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (relation) DO UPDATE SET
       generation = excluded.generation, path = excluded.path, why = excluded.why, format = excluded.format,
       snapshot = excluded.snapshot, file_node = excluded.file_node, pages = excluded.pages,
       pages_per_chunk = excluded.pages_per_chunk, chunks = excluded.chunks, bytes = excluded.bytes`,
    [
      load.relation,
      load.generation,
      load.path,
      load.why,
      load.format,
      load.snapshot,
      load.fileNode,
      load.pages,
      load.pagesPerChunk,
      load.chunks,
      load.bytes,
    ],
  );
}

/** No file has this number. */
export const forgotten = '0';

/** Makes the next run see the table as changed, and copy it anew. */
export async function forgetLoad(coordinator: Connection, relation: string): Promise<void> {
  await coordinator.query('UPDATE shardwright.table_load SET file_node = $1 WHERE relation = $2', [
    forgotten,
    relation,
  ]);
}

/** What was committed on any node, of every table's present generation. */
export async function readLoadedChunks(
  nodes: readonly CitusNode[],
  loads: ReadonlyMap<string, JournalledLoad>,
): Promise<readonly LoadedChunk[]> {
  const perNode = await Promise.all(
    nodes.map(async (node) => {
      await using connection = await openSession(node.url);
      if (!(await hasJournal(connection))) return [];
      return await connection.query<Record<keyof LoadedChunk, string>>(
        'SELECT relation, generation, chunk, shard, rows, bytes FROM shardwright.loaded_chunk',
      );
    }),
  );
  return perNode
    .flat()
    .map(({ relation, shard, ...row }) => ({
      relation,
      shard,
      generation: Number(row.generation),
      chunk: Number(row.chunk),
      rows: Number(row.rows),
      bytes: Number(row.bytes),
    }))
    .filter(({ relation, generation }) => loads.get(relation)?.generation === generation);
}

/**
 * Writes down what the open transaction loaded; it must be the transaction's last statement but one. Throws
 * {@link DatabaseError} when another transaction has loaded the same: see {@link isLoadedAlready}.
 */
export async function writeLoadedChunks(
  connection: Connection,
  chunks: readonly LoadedChunk[],
): Promise<void> {
  await connection.query(
    `INSERT INTO shardwright.loaded_chunk (relation, generation, chunk, shard, rows, bytes)
     SELECT * FROM json_to_recordset($1)
       AS loaded(relation text, generation int, chunk int, shard bigint, rows bigint, bytes bigint)`,
    [JSON.stringify(chunks)],
  );
}

/** Whether a failure says that the chunk was loaded by a transaction that was still at work when we looked. */
export function isLoadedAlready(error: unknown): boolean {
  return (
    error instanceof DatabaseError && errorCode(error) === '23505' && /loaded_chunk_pkey/.test(error.message)
  );
}
