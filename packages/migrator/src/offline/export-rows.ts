import { type Context, nameKey, plural, quietContext, UsageError } from '@shardwright/core';
import type { Plan, SequenceLoad, TableLoad } from '@shardwright/planner';
import { type JournalledLoad, type LoadedChunk, planDigest } from '../journal/journal.ts';
import { type DecidedTable, openTasks, readsOthers, relationOf, setAside } from '../load/load-tasks.ts';
import { findChanges, type Recopied } from '../run/decide-loads.ts';
import { LoadProgress } from '../run/load-progress.ts';
import { inParallel } from '../run/pool.ts';
import { retrying } from '../run/retry.ts';
import { openSession } from '../session.ts';
import { cutTable } from '../source/chunks.ts';
import { type LiveSource, openLiveSource } from '../source/live-source.ts';
import { refuseChangedSource } from '../source/structure.ts';
import { connectionBudget } from '../target/connection-budget.ts';
import { type Compression, checkCompression } from './compression.ts';
import {
  checkExportDirectory,
  ExportDirectory,
  takeDirectory,
  type WrittenChunk,
} from './export-directory.ts';
import { ExportWorker } from './export-worker.ts';
import { chooseFormats } from './file-formats.ts';
import { type ExportedTable, type ExportManifest, type FileFormat, sealed } from './manifest.ts';
import { loadsByName } from './tables-by-name.ts';

/** What is exported, and how. */
export interface ExportOptions {
  /** `postgres://…`. */
  readonly source: string;
  /** A directory that is new or empty, or that an export of the same was stopped in. */
  readonly directory: string;
  /** Rows are read as it says, so that they can be imported; absent: as they are. */
  readonly plan?: Plan;
  /** As SQL names them; default: all. */
  readonly tables?: readonly string[];
  /** Default `binary`. */
  readonly format?: FileFormat;
  /** Default `none`. */
  readonly compression?: Compression;
  /** Files that are written at once; default: 4, or fewer where connections are short. */
  readonly jobs?: number;
  /** Bytes of a table, as the source keeps it, in one file; default 128 MiB. */
  readonly chunkBytes?: number;
}

/** How an export ended. */
export interface ExportResult {
  readonly manifest: ExportManifest;
  /** Files that an earlier run had written. */
  readonly kept: number;
  /** Tables of which an earlier run had written files that are of no use, as the source has changed since. */
  readonly begunAnew: readonly Recopied[];
  readonly jobs: number;
  readonly seconds: number;
}

const defaultJobs = 4;
const defaultChunkBytes = 128 * 1024 * 1024;

/**
 * Writes rows into files, all as of one moment, and a manifest once all are there. Stopped at any moment and called
 * again, keeps what is still true. Throws {@link UsageError}, {@link EnvironmentError} or {@link DatabaseError}.
 */
export async function exportRows(
  options: ExportOptions,
  context: Context = quietContext(),
): Promise<ExportResult> {
  const { source: url, directory: path, plan, format = 'binary', compression = 'none' } = options;
  const startedMs = context.clock.nowMs();
  checkCompression(compression);
  await checkExportDirectory(path);
  context.emit({ kind: 'phase', phase: 'looking at the source' });
  const loads = await loadsToExport(options);
  // With those that a plan reads values from, whatever is exported.
  const names = (plan?.loads ?? loads).map((load) => load.source);
  await using source = await openLiveSource(url, names, 'export', plan?.session);
  // Now that its tables are held: they stay as they are found.
  if (plan) await refuseChangedSource(plan, url, context);
  await warnOfLargeObjects(source, context);
  await takeDirectory(path, source.control);
  const identity = {
    sourceIdentity: source.identity,
    ...(plan === undefined ? {} : { planDigest: planDigest(plan) }),
    tables: loads.map(relationOf),
    format,
    compression,
  };
  await using directory = await ExportDirectory.open(path, identity, plan);
  const { jobs } = await connectionBudget(options.jobs ?? defaultJobs, source.control, []);
  const begunAnew = await decideTables(loads, directory, source, { ...options, format });
  const tables = loads.map((load) => decidedTable(load, directory));
  const kept = directory.chunks.length;
  await writeFiles(tables, { source, directory, compression, jobs }, context);
  const manifest = sealed({
    manifestVersion: '1.0',
    madeAt: new Date().toISOString(),
    ...(identity.planDigest === undefined ? {} : { planDigest: identity.planDigest }),
    source: { name: source.name, identity: source.identity, version: source.version },
    snapshot: source.snapshot,
    compression,
    tables: tables.map((table) => exportedTable(table, directory.chunks)),
    sequences: await readSequences(plan?.sequences ?? [], source),
  });
  await directory.finish(manifest);
  return { manifest, kept, begunAnew, jobs, seconds: (context.clock.nowMs() - startedMs) / 1000 };
}

async function warnOfLargeObjects({ name, control }: LiveSource, { emit }: Context): Promise<void> {
  const [found] = await control.query<{ objects: number }>(
    'SELECT count(*)::int AS objects FROM pg_largeobject_metadata',
  );
  const objects = found?.objects ?? 0;
  if (objects === 0) return;
  const message = `${plural(objects, 'large object')} of ${name} ${objects === 1 ? 'is' : 'are'} not in the export: bring them over with pg_dump and pg_restore, or run the plan where the source can be seen`;
  emit({ kind: 'warning', message });
}

async function loadsToExport({ source, tables = [], plan }: ExportOptions): Promise<readonly TableLoad[]> {
  await using session = await openSession(source, 'export');
  const loads = await loadsByName(session, tables, plan);
  if (loads.length > 0) return loads;
  throw new UsageError(`${session.target} has no tables to export`);
}

/** Keeps to how an earlier run cut tables, unless what it wrote is not true any more. */
async function decideTables(
  loads: readonly TableLoad[],
  directory: ExportDirectory,
  source: LiveSource,
  { plan, format: asked, chunkBytes = defaultChunkBytes }: ExportOptions & { readonly format: FileFormat },
): Promise<readonly Recopied[]> {
  const formats = await chooseFormats(source.control, loads, asked);
  const changes = new Map([
    ...unwatched(loads, directory, plan),
    ...(await findChanges({ loads }, source, directory.loads, directory.chunks.map(asLoaded))),
  ]);
  const begun = loads.flatMap((load): JournalledLoad[] => {
    const relation = relationOf(load);
    const earlier = directory.loads.get(relation);
    if (earlier && !changes.has(relation)) return [];
    const table = source.tables.get(nameKey(load.source));
    if (!table) throw new Error(`${relation} is planned and not in the source`);
    return [
      {
        relation,
        generation: (earlier?.generation ?? 0) + 1,
        path: 'file',
        ...formats(load),
        snapshot: source.snapshot,
        fileNode: table.fileNode,
        ...cutTable(table, chunkBytes, source.version),
        bytes: table.bytes,
      },
    ];
  });
  await directory.beginTables(begun);
  return [...changes].map(([relation, why]) => ({ relation, why }));
}

/** Tables begun earlier whose values may come from tables that are not exported, and so not looked at for changes. */
function unwatched(
  loads: readonly TableLoad[],
  directory: ExportDirectory,
  plan: Plan | undefined,
): ReadonlyMap<string, string> {
  if (plan === undefined || loads.length === plan.loads.length) return new Map();
  const joined = loads.filter((load) => readsOthers(load) && directory.loads.has(relationOf(load)));
  const why = 'its distribution column comes from other tables, and not all are exported';
  return new Map(joined.map((load) => [relationOf(load), why]));
}

function decidedTable(load: TableLoad, { loads }: ExportDirectory): DecidedTable {
  const journalled = loads.get(relationOf(load));
  if (!journalled) throw new Error(`${relationOf(load)} was not decided`);
  return { load, journalled };
}

interface Writing {
  readonly source: LiveSource;
  readonly directory: ExportDirectory;
  readonly compression: Compression;
  readonly jobs: number;
}

async function writeFiles(
  tables: readonly DecidedTable[],
  { source, directory, compression, jobs }: Writing,
  context: Context,
): Promise<void> {
  const loaded = directory.chunks.map(asLoaded);
  const tasks = openTasks(tables, loaded);
  const places = new Map(tables.map(({ journalled }, index) => [journalled, index + 1]));
  const progress = new LoadProgress(tables, loaded, tasks, writingContext(context));
  const workers = Array.from({ length: jobs }, () => new ExportWorker(source, directory.path, compression));
  const stop = (): void => {
    for (const worker of workers) worker.drop();
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await inParallel(jobs, tasks, async (task, job) => {
      const place = places.get(task.journalled) ?? 0;
      const written = await retrying(context, `exporting ${task.journalled.relation}`, async () => {
        context.signal.throwIfAborted();
        progress.begun(task);
        return await workers[job]?.write(task, place, (bytes) => progress.passed(task, bytes));
      });
      if (!written) return;
      await source.ensureHeld();
      await directory.add(written);
      progress.loaded(task, [asLoaded(written)]);
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    stop();
  }
}

function writingContext(context: Context): Context {
  return {
    ...context,
    emit: (event) => context.emit(event.kind === 'progress' ? { ...event, phase: 'writing files' } : event),
  };
}

function asLoaded({ relation, generation, chunk, rows, bytes }: WrittenChunk): LoadedChunk {
  return { relation, generation, chunk, shard: '0', rows, bytes };
}

function exportedTable({ load, journalled }: DecidedTable, chunks: readonly WrittenChunk[]): ExportedTable {
  const files = chunks
    .filter(
      ({ relation, chunk, rows }) => relation === journalled.relation && (chunk !== setAside || rows > 0),
    )
    .map(({ chunk, name, rows, bytes, sha256 }) => ({ chunk, name, rows, bytes, sha256 }))
    .sort((a, b) => a.chunk - b.chunk);
  return {
    schema: load.source.schema,
    name: load.source.name,
    format: journalled.format === 'binary' ? 'binary' : 'csv',
    why: journalled.why,
    columns: load.columns.map(({ name, type }) => ({ name, type })),
    rows: files.reduce((sum, { chunk, rows }) => (chunk === setAside ? sum : sum + rows), 0),
    files,
  };
}

/** By now: that is beyond every row that was read. */
async function readSequences(
  sequences: readonly SequenceLoad[],
  { control }: LiveSource,
): Promise<ExportManifest['sequences']> {
  const positions: ExportManifest['sequences'][number][] = [];
  for (const { schema, name, readPosition } of sequences) {
    const [at] = await control.query<{ last_value: string; is_called: boolean }>(readPosition);
    if (at) positions.push({ schema, name, lastValue: at.last_value, isCalled: at.is_called });
  }
  return positions;
}
