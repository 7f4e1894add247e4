import {
  type Context,
  DatabaseError,
  displayName,
  nameKey,
  plural,
  quietContext,
  UsageError,
} from '@shardwright/core';
import type { Plan, TableLoad } from '@shardwright/planner';
import { readLoadedChunks, readLoads } from '../journal/journal.ts';
import { choosePath } from '../load/load-path.ts';
import { type LoadTask, openTasks, relationOf } from '../load/load-tasks.ts';
import { type CarryOptions, carryOut, type ReceivingParties, type RunResult } from '../run/carry-out.ts';
import type { Recopied } from '../run/decide-loads.ts';
import { findEmptied } from '../run/find-doubts.ts';
import { LoadProgress } from '../run/load-progress.ts';
import { type OnMoment, unwatched } from '../run/moments.ts';
import { inParallel } from '../run/pool.ts';
import { retrying } from '../run/retry.ts';
import { type Decision, readStanding, settleLoads } from '../run/settle-loads.ts';
import { recoverPrepared } from '../target/only-run.ts';
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
  onMoment: OnMoment = unwatched,
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
      name: `${manifest.source.name}, exported ${manifest.madeAt.slice(0, 23).replace('T', ' ')} UTC`,
      identity: `export ${manifest.sha256}`,
      load: (parties: ReceivingParties, jobs: number) =>
        loadFiles(plan, { directory, manifest, tables, jobs }, parties, context),
      positionOf: async (sequence: Parameters<typeof nameKey>[0]) => positions.get(nameKey(sequence)),
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return { ...(await carryOut(plan, options, open, context, onMoment)), manifest };
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

/** Gives the tables that were begun anew, as the target changed under an earlier run. */
async function loadFiles(
  plan: Plan,
  files: Files,
  parties: ReceivingParties,
  context: Context,
): Promise<readonly Recopied[]> {
  const { target, coordinator, onMoment } = parties;
  const { before, doubts } = await readStanding(plan.loads, parties);
  const decided = await settleLoads({
    loads: plan.loads,
    before,
    changes: doubts,
    decide: (load) => decideLoad(load, files, target),
    parties,
  });
  const loads = await readLoads(coordinator);
  const readOpen = async (): Promise<readonly FileTask[]> =>
    withFiles(openTasks(decided, await readLoadedChunks(target.nodes, loads)), files);
  const tasks = await readOpen();
  const progress = new LoadProgress(decided, await readLoadedChunks(target.nodes, loads), tasks, context);
  await loadTasks(tasks, { plan, files, parties, progress }, context);
  await onMoment('rows loaded', '');
  // What a node that came back had agreed to commit is carried out now: what follows looks at the rows.
  await retrying(context, 'ending what was agreed on', () => recoverPrepared(target.nodes));
  const [left] = await readOpen();
  if (left) throw new Error(`${left.file.name} was loaded, and its rows are not there`);
  const loaded = await readLoadedChunks(target.nodes, loads);
  for (const [relation, why] of await findEmptied(coordinator, plan.loads, loaded)) {
    throw new DatabaseError(`${relation} was loaded and does not hold the rows: ${why}`, {
      hint: 'Run the same command again: the table is loaded anew.',
    });
  }
  return [...doubts].map(([relation, why]) => ({ relation, why }));
}

/** A table without rows that are set aside has no file of them. */
function withFiles(tasks: readonly LoadTask[], { tables }: Files): readonly FileTask[] {
  return tasks.flatMap((task) => {
    const files = tables.get(nameKey(task.load.source))?.files ?? [];
    const file = files.find(({ chunk }) => chunk === task.chunk);
    return file ? [{ ...task, file }] : [];
  });
}

interface Loading {
  readonly plan: Plan;
  readonly files: Files;
  readonly parties: ReceivingParties;
  readonly progress: LoadProgress;
}

async function loadTasks(
  tasks: readonly FileTask[],
  { plan, files, parties, progress }: Loading,
  context: Context,
): Promise<void> {
  const { directory, manifest, jobs } = files;
  const surroundings = { directory, compression: manifest.compression, parties, session: plan.session };
  const loaders = Array.from({ length: jobs }, () => new FileLoader(surroundings));
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

function decideLoad(load: TableLoad, { manifest, tables }: Files, target: TargetCluster): Decision {
  const table = tables.get(nameKey(load.source));
  if (!table) throw new Error(`${relationOf(load)} is not in the export`);
  const bytes = table.files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    ...pathOf(load, bytes, target),
    format: table.format,
    snapshot: manifest.snapshot,
    // What tells whether a live table has changed: files do not.
    fileNode: '0',
    pages: 0,
    pagesPerChunk: 0,
    chunks: table.files.filter(({ chunk }) => chunk >= 0).length,
    bytes,
  };
}

function pathOf(load: TableLoad, bytes: number, target: TargetCluster): Pick<Decision, 'path' | 'why'> {
  if (bytes < smallBytes) return { path: 'coordinator', why: 'the table is small' };
  if (target.workers < 2) return { path: 'coordinator', why: 'there is no other worker to take turns with' };
  const { path, why } = choosePath(load, { format: 'binary', why: '' }, bytes, target, 'all-nodes');
  return path === 'coordinator' ? { path, why } : { path, why: 'workers take turns at sending the rows on' };
}
