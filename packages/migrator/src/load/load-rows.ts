import type { Context } from '@shardwright/core';
import type { LoadedChunk } from '../journal/journal.ts';
import { inParallel } from '../run/pool.ts';
import { retrying } from '../run/retry.ts';
import type { LiveSource } from '../source/live-source.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { LoadTask } from './load-tasks.ts';
import { LoadWorker } from './load-worker.ts';

/** What loading needs. */
export interface LoadSurroundings {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly migration: string;
  readonly jobs: number;
  /** What is loaded of a task by now, asked after a failure that leaves it open. */
  readonly readLoaded: (task: LoadTask) => Promise<ReadonlyMap<string, number>>;
  readonly watcher: LoadWatcher;
}

/** Is told what becomes of tasks. */
export interface LoadWatcher {
  /** Work begins, for the first time or again. */
  begun(task: LoadTask): void;
  /** So many bytes more were sent, and are not committed. */
  passed(task: LoadTask, bytes: number): void;
  /** All of it is committed; these are what was not before. */
  loaded(task: LoadTask, chunks: readonly LoadedChunk[]): void;
}

/** Does all tasks, several at once; each again after transient failures. */
export async function loadRows(
  tasks: readonly LoadTask[],
  { source, target, migration, jobs, readLoaded, watcher }: LoadSurroundings,
  context: Context,
): Promise<void> {
  const workers = Array.from({ length: jobs }, () => new LoadWorker(source, target, migration));
  const stop = (): void => {
    for (const worker of workers) worker[Symbol.asyncDispose]().catch(() => {});
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await inParallel(jobs, tasks, async (task, job) => {
      let current = task;
      let failed = false;
      await retrying(context, `loading ${task.journalled.relation}`, async () => {
        context.signal.throwIfAborted();
        if (failed) current = { ...task, loaded: await readLoaded(task) };
        failed = true;
        watcher.begun(task);
        const loaded = await workers[job]?.load(current, (bytes) => watcher.passed(task, bytes));
        watcher.loaded(task, loaded ?? []);
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    stop();
  }
}
