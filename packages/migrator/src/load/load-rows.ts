import type { Context } from '@shardwright/core';
import type { LoadedChunk } from '../journal/journal.ts';
import { inParallel } from '../run/pool.ts';
import { retrying } from '../run/retry.ts';
import type { Throttle } from '../run/throttle.ts';
import type { LoadTask } from './load-tasks.ts';
import { LoadWorker, type WorkerSurroundings } from './load-worker.ts';

/** What loading needs. */
export interface LoadSurroundings extends WorkerSurroundings {
  readonly jobs: number;
  /** What is left of a task by what the journals say now; `undefined` where nothing is. */
  readonly readOpen: (task: LoadTask) => Promise<LoadTask | undefined>;
  readonly watcher: LoadWatcher;
  readonly throttle: Pick<Throttle, 'run'>;
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
  surroundings: LoadSurroundings,
  context: Context,
): Promise<void> {
  const { jobs, readOpen, watcher, throttle } = surroundings;
  const workers = Array.from({ length: jobs }, () => new LoadWorker(surroundings));
  const stop = (): void => {
    for (const worker of workers) worker[Symbol.asyncDispose]().catch(() => {});
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await inParallel(jobs, tasks, async (task, job) => {
      let isFirst = true;
      await retrying(context, `loading ${task.journalled.relation}`, async () => {
        for (;;) {
          context.signal.throwIfAborted();
          // After a failure only the journals know which commits came through.
          const open = isFirst ? task : await readOpen(task);
          isFirst = false;
          if (!open) return watcher.loaded(task, []);
          const loaded = await throttle.run(async () => {
            watcher.begun(task);
            return await workers[job]?.load(open, (bytes) => watcher.passed(task, bytes));
          });
          if (loaded) return watcher.loaded(task, loaded);
        }
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    stop();
  }
}
