import type { DumpSection, DumpSurvey } from '@shardwright/catalog';
import { databaseUrl } from '@shardwright/cluster';
import {
  type Context,
  DatabaseError,
  nameKey,
  quoteIdentifier,
  quoteLiteral,
  quoteQualifiedName,
} from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { ReceivingParties } from '../run/carry-out.ts';
import { loadTables } from '../run/load-tables.ts';
import { asTheyCome } from '../run/pool.ts';
import { openSession } from '../session.ts';
import { openLiveSource } from '../source/live-source.ts';
import { connectionBudget } from '../target/connection-budget.ts';
import { copyInto } from './chunk-writer.ts';
import { type DumpTables, refuseOtherCount } from './dump-tables.ts';
import type { DumpLoadOptions } from './load-sections.ts';
import { chunkCount, readChunks } from './read-chunks.ts';
import { isPreparing } from './staging-statements.ts';
import { asMessage, inUtf8, messageHeaderBytes } from './text-rows.ts';

/** A dump some of whose tables get values from others. */
export interface DumpToStage {
  readonly plan: Plan;
  readonly file: string;
  readonly survey: DumpSurvey;
  readonly tables: DumpTables;
  /** Throws when the dump is not any more what was surveyed. */
  readonly ensureHeld: () => Promise<void>;
}

const chunkBytes = 8 * 1024 * 1024;
const staging = 'restoring tables that are joined';

/** The database beside the target that holds tables of a dump for a while. */
function stagingName(migration: string): string {
  return `shardwright_staging_${migration.replaceAll('-', '_')}`;
}

/**
 * Loads the tables that are joined with others: restores them and those others into a plain database on the
 * coordinator's server, reads that as any source, and drops it. Throws {@link DatabaseError}.
 */
export async function loadOverStaging(
  dump: DumpToStage,
  options: DumpLoadOptions,
  parties: ReceivingParties,
  context: Context,
): Promise<void> {
  const { coordinator, target, migration } = parties;
  const name = stagingName(migration);
  const url = databaseUrl(target.coordinator.url, name);
  if (!(await isStaged(coordinator, name, dump.survey))) {
    context.emit({ kind: 'phase', phase: staging });
    await dropStaging(target.coordinator.url, migration);
    await createDatabase(target.coordinator.url, name);
    await fill(url, dump, options.jobs, parties, context);
  }
  const loads = dump.tables.staged;
  {
    await using source = await openLiveSource(
      url,
      loads.map((load) => load.source),
      migration,
      dump.plan.session,
    );
    const { jobs } = await connectionBudget(options.jobs, source.control, target.nodes);
    await loadTables({ ...dump.plan, loads }, { ...options, jobs }, { ...parties, source }, context);
  }
  await dropStaging(target.coordinator.url, migration);
}

/** Drops the database beside the target, if there is one, with whoever is connected to it. */
export async function dropStaging(target: string, migration: string): Promise<void> {
  await using session = await openSession(target, migration);
  await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(stagingName(migration))} WITH (FORCE)`);
}

/** As the target, but without Citus and on the coordinator only. */
async function createDatabase(target: string, name: string): Promise<void> {
  await using session = await openSession(target);
  await session.query(
    "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'citus.enable_create_database_propagation'",
  );
  const [like] = await session.query<{ encoding: string; collate: string; ctype: string }>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype
     FROM pg_database WHERE datname = current_database()`,
  );
  const { encoding = 'UTF8', collate = 'C', ctype = 'C' } = like ?? {};
  await session.query(
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING ${quoteLiteral(encoding)}
     LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}`,
  );
}

/** Whether an earlier run came to the end of filling it, which it noted on the database. */
async function isStaged(coordinator: Connection, name: string, { identity }: DumpSurvey): Promise<boolean> {
  const [found] = await coordinator.query<{ note: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1",
    [name],
  );
  return found?.note === identity;
}

async function fill(
  url: string,
  { plan, file, survey, tables, ensureHeld }: DumpToStage,
  jobs: number,
  { migration }: ReceivingParties,
  context: Context,
): Promise<void> {
  await using session = await openSession(url, migration);
  await prepare(session, survey, tables.stagedSections);
  const sections = tables.stagedSections.map((section) => ({
    section,
    ...{ start: section.start, end: section.end, chunkBytes },
    chunks: chunkCount(section.end - section.start, chunkBytes),
    isWanted: () => true,
  }));
  const rows = new Map<string, number>();
  let done = 0;
  const total = sections.reduce((sum, { start, end }) => sum + end - start, 0);
  const tell = (): void => context.emit({ kind: 'progress', phase: staging, done, total, unit: 'bytes' });
  tell();
  // Chunks come in any order: what their rows refer to may come later.
  const prepared = ['SET session_replication_role = replica'];
  const writers = await Promise.all(
    Array.from({ length: jobs }, () => openSession(url, migration, prepared)),
  );
  try {
    await asTheyCome(jobs, readChunks(file, sections), async ({ of, bytes }, job) => {
      context.signal.throwIfAborted();
      const writer = writers[job];
      const key = of.section.table ? nameKey(of.section.table) : '';
      const copied = writer ? await copy(writer, of.section, bytes) : 0;
      rows.set(key, (rows.get(key) ?? 0) + copied);
      done += bytes.length - messageHeaderBytes;
      tell();
    });
  } finally {
    await Promise.all(writers.map((writer) => writer.end()));
  }
  for (const name of tables.stagedSections.flatMap(({ table }) => table ?? [])) {
    refuseOtherCount(name, rows.get(nameKey(name)) ?? 0, survey);
  }
  await ensureHeld();
  for (const { to, referencedColumns } of plan.backfills.flatMap(({ path }) => path)) {
    const columns = referencedColumns.map(quoteIdentifier).join(', ');
    await session.query(`CREATE INDEX ON ${quoteQualifiedName(to)} (${columns})`);
  }
  await session.query('ANALYZE');
  const database = new URL(url).pathname.slice(1);
  await session.query(`COMMENT ON DATABASE ${quoteIdentifier(database)} IS ${quoteLiteral(survey.identity)}`);
}

/** Makes types and tables as the dump makes them. What fails matters only where a table is missing in the end. */
async function prepare(
  session: Connection,
  survey: DumpSurvey,
  sections: readonly DumpSection[],
): Promise<void> {
  const failures: string[] = [];
  for (const sql of survey.preamble.filter(isPreparing)) {
    await session.query(sql).catch((error: unknown) => {
      failures.push(error instanceof Error ? error.message : String(error));
    });
  }
  // What the dump has set is not for its rows.
  await session.query("SELECT set_config('search_path', 'pg_catalog', false)");
  const names = new Map(sections.flatMap(({ table }) => (table ? [[nameKey(table), table] as const] : [])));
  for (const name of names.keys()) {
    const [found] = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      name,
    ]);
    if (found?.there) continue;
    throw new DatabaseError(
      `${session.target}: ${name} could not be made as the dump makes it: ${failures[0] ?? 'it comes after rows'}`,
      { hint: 'Restore the dump into a PostgreSQL, and name that as the source.' },
    );
  }
}

async function copy(writer: Connection, section: DumpSection, bytes: Buffer): Promise<number> {
  const { message, rows } = asMessage(inUtf8(bytes, section.encoding));
  if (rows === 0 || !section.table) return 0;
  const input = await writer.copyIn(copyInto(section.table, section));
  await input.writeMessages({ bytes: message, start: 0, end: message.length });
  return await input.end();
}
