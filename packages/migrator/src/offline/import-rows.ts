import { type Context, displayName, nameKey, plural, quietContext, UsageError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { type JournalledLoad, readLoadedChunks, readLoads, writeLoad } from '../journal/journal.ts';
import { choosePath } from '../load/load-path.ts';
import { type DecidedTable, openTasks, relationOf } from '../load/load-tasks.ts';
import { type CarryOptions, carryOut, type ReceivingParties, type RunResult } from '../run/carry-out.ts';
import { refuseUnreachable } from '../run/decide-loads.ts';
import { LoadProgress } from '../run/load-progress.ts';
import { inParallel } from '../run/pool.ts';
import { retrying } from '../run/retry.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { FileLoader, type FileTask } from './file-loader.ts';
import { type ExportedTable, type ExportManifest, readExport } from './manifest.ts';

/** How an import ended. */
export interface ImportResult extends RunResult {
  readonly manifest: ExportManifest;
}

/** Files below 1 MiB in all: the detour over a worker costs more than it saves. */
const smallBytes = 1024 * 1024;

/**
 * Carries out the plan of an export with the rows of its files; the source is not needed. Killed at any moment and
 * called again, goes on where it was. Throws {@link InputError}, {@link UsageError}, {@link EnvironmentError} or
 * {@link DatabaseError}.
 */
export async function importRows(
  directory: string,
  options: CarryOptions,
  context: Context = quietContext(),
): Promise<ImportResult> {
  context.emit({ kind: 'phase', phase: 'looking at the files' });
  const { manifest, plan } = await readExport(directory);
  if (!plan) throw withoutPlan(directory, manifest);
  const tables = new Map(manifest.tables.map((table) => [nameKey(table), table]));
  refusePart(directory, plan, tables);
  const positions = new Map(manifest.sequences.map((sequence) => [nameKey(sequence), sequence]));
  const open = async (_migration: string, target: string) => {
    if (manifest.source.identity === target) {
      throw new UsageError('the target is the database that was exported', {
        hint: 'Name the Citus database that is to take its rows.',
      });
    }
    return {
      name: `the export of ${manifest.source.name} made ${manifest.madeAt}`,
      identity: `export ${manifest.sha256}`,
      load: async (parties: ReceivingParties, jobs: number) => {
        await loadFiles(plan, { directory, manifest, tables, jobs }, parties, context);
        return [];
      },
      positionOf: async (sequence: Parameters<typeof nameKey>[0]) => positions.get(nameKey(sequence)),
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return { ...(await carryOut(plan, options, open, context)), manifest };
}

function withoutPlan(directory: string, { tables, compression }: ExportManifest): UsageError {
  const [table] = tables;
  const [file] = table?.files ?? [];
  const unpack = { none: 'cat', gzip: 'gzip -dc', zstd: 'zstd -dc' }[compression];
  const options = table?.format === 'csv' ? '(FORMAT csv, HEADER)' : '(FORMAT binary)';
  return new UsageError(`${directory} was exported without a plan, so nothing tells what its tables become`, {
    hint: `Export with the directory of a plan first, or load single files with psql, as: ${unpack} ${directory}/${file?.name ?? 'FILE'} | psql -c "COPY ${table ? displayName(table) : 'TABLE'} FROM STDIN ${options}"`,
  });
}

function refusePart(directory: string, plan: Plan, tables: ReadonlyMap<string, ExportedTable>): void {
  const missing = plan.loads.filter(({ source }) => !tables.has(nameKey(source)));
  const [first] = missing;
  if (first === undefined) return;
  throw new UsageError(
    `${directory} holds ${tables.size} of the ${plural(plan.loads.length, 'table')} of its plan: ${displayName(first.source)} is not there`,
    { hint: 'Export again without naming tables.' },
  );
}

interface Files {
  readonly directory: string;
  readonly manifest: ExportManifest;
  readonly tables: ReadonlyMap<string, ExportedTable>;
  readonly jobs: number;
}

async function loadFiles(
  plan: Plan,
  { directory, manifest, tables, jobs }: Files,
  { target, coordinator, migration }: ReceivingParties,
  context: Context,
): Promise<void> {
  const before = await readLoads(coordinator);
  refuseUnreachable([...before.values()], target);
  const decided: DecidedTable[] = [];
  for (const load of plan.loads) {
    const table = tables.get(nameKey(load.source));
    if (!table) throw new Error(`${relationOf(load)} is not in the export`);
    const earlier = before.get(relationOf(load));
    const journalled = earlier ?? journalledLoad(load, table, manifest, target);
    if (!earlier) await writeLoad(coordinator, journalled);
    decided.push({ load, journalled });
  }
  const loaded = await readLoadedChunks(target.nodes, await readLoads(coordinator));
  const tasks = openTasks(decided, loaded).flatMap((task): FileTask[] => {
    const files = tables.get(nameKey(task.load.source))?.files ?? [];
    const file = files.find(({ chunk }) => chunk === task.chunk);
    return file ? [{ ...task, file }] : [];
  });
  const progress = new LoadProgress(decided, loaded, tasks, context);
  const loaders = Array.from(
    { length: jobs },
    () => new FileLoader(directory, manifest.compression, target, migration),
  );
  const stop = (): void => {
    for (const loader of loaders) loader.drop();
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await inParallel(jobs, tasks, async (task, job) => {
      await retrying(context, `loading ${task.file.name}`, async () => {
        context.signal.throwIfAborted();
        progress.begun(task);
        const written = await loaders[job]?.load(task, (bytes) => progress.passed(task, bytes));
        progress.loaded(task, written ?? []);
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    stop();
  }
}

function journalledLoad(
  load: Plan['loads'][number],
  { format, files }: ExportedTable,
  { snapshot }: ExportManifest,
  target: TargetCluster,
): JournalledLoad {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    relation: relationOf(load),
    generation: 1,
    ...pathOf(load, bytes, target),
    format,
    snapshot,
    // What tells whether a live table has changed: files do not.
    fileNode: '0',
    pages: 0,
    pagesPerChunk: 0,
    chunks: files.filter(({ chunk }) => chunk >= 0).length,
    bytes,
  };
}

function pathOf(
  load: Plan['loads'][number],
  bytes: number,
  target: TargetCluster,
): Pick<JournalledLoad, 'path' | 'why'> {
  if (bytes < smallBytes) return { path: 'coordinator', why: 'the table is small' };
  if (target.workers < 2) return { path: 'coordinator', why: 'there is no other worker to take turns with' };
  const { path, why } = choosePath(load, { format: 'binary', why: '' }, bytes, target, 'all-nodes');
  return path === 'coordinator' ? { path, why } : { path, why: 'workers take turns at sending the rows on' };
}
