import { setTimeout as delay } from 'node:timers/promises';
import { type Context, DatabaseError, InterruptedError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import { readSql } from '../sql-file.ts';
import {
  type BackgroundJob,
  type BackgroundTask,
  describeTaskError,
  findRunningJob,
  isUnfinished,
  readJob,
} from './background-job.ts';
import { readMovesAtWork, subjectOf } from './moves-at-work.ts';
import { requireAnswers } from './require-answers.ts';

/** How a job ended. */
export interface JobOutcome {
  readonly jobId: number;
  readonly state: 'finished' | 'cancelled';
  readonly moves: number;
  /** Of the moves that were done. */
  readonly movedBytes: number;
  readonly durationMs: number;
}

const pollMs = 250;

/**
 * Follows a job until it is over, reporting the bytes moved. Throws {@link DatabaseError} as soon as a task of it
 * fails or a node goes down, though Citus would go on trying and call the job running; {@link InterruptedError} when the context is
 * cancelled. The job goes on in both cases.
 */
export async function watchJob(
  coordinator: Coordinator,
  jobId: number,
  context: Context,
): Promise<JobOutcome> {
  const startedMs = context.clock.nowMs();
  const first = await readJob(coordinator, jobId);
  const sizes = await readMoveSizes(coordinator, first.tasks);
  const bytesOf = (tasks: readonly BackgroundTask[]) =>
    tasks.reduce((sum, task) => sum + (sizes.get(task.id)?.sizeBytes ?? 0), 0);
  const totalBytes = bytesOf(first.tasks);
  const doneAtStart = bytesOf(first.tasks.filter(({ state }) => state === 'done'));
  const requireNodes = requireAnswers(coordinator, context.clock);
  for (let job = first; ; job = await readJob(coordinator, jobId)) {
    const failing = job.tasks.find(({ error }) => error !== undefined);
    if (failing || job.state === 'failed') throw jobFailure(job, failing);
    const done = job.tasks.filter(({ state }) => state === 'done');
    const doneBytes = bytesOf(done);
    if (job.state === 'finished' || job.state === 'cancelled') {
      const durationMs = context.clock.nowMs() - startedMs;
      return {
        jobId,
        state: job.state,
        moves: done.filter(isMove).length,
        movedBytes: doneBytes,
        durationMs,
      };
    }
    const copies = (await readMovesAtWork(coordinator)).filter(({ state }) => state === 'copying');
    const copiedBytes = copies.reduce((sum, copy) => sum + copy.copiedBytes, 0);
    context.emit({
      kind: 'progress',
      phase: 'moving shards',
      // Of what was left when we came: a rate that counts what went before would promise too much.
      done: Math.min(totalBytes, doneBytes + copiedBytes) - doneAtStart,
      total: totalBytes - doneAtStart,
      unit: 'bytes',
      subject: subjectOf(`${done.length} of ${job.tasks.length} done`, copies, coordinator),
    });
    await requireNodes();
    await wait(context, jobId);
  }
}

/** Copies of reference tables that a node lacks are tasks as well. */
function isMove({ command }: BackgroundTask): boolean {
  return command.includes('citus_move_shard_placement');
}

/** Follows the job that runs now; `undefined` when none does. */
export async function watchRunningJob(
  coordinator: Coordinator,
  context: Context,
): Promise<JobOutcome | undefined> {
  const job = await findRunningJob(coordinator);
  return job && watchJob(coordinator, job.id, context);
}

/** Ends the job that runs, undoing the move at work, and waits until it has; `undefined` when none runs. */
export async function stopRebalance(coordinator: Coordinator): Promise<BackgroundJob | undefined> {
  const job = await findRunningJob(coordinator);
  if (!job) return undefined;
  await coordinator.query('SELECT citus_rebalance_stop()');
  for (;;) {
    const stopped = await readJob(coordinator, job.id);
    if (!isUnfinished(stopped)) return stopped;
    await delay(pollMs);
  }
}

async function wait({ signal }: Context, jobId: number): Promise<void> {
  try {
    await delay(pollMs, undefined, { signal });
  } catch {
    throw new InterruptedError(`no longer following job ${jobId}, which goes on by itself`, {
      hint: 'Follow it again with cluster rebalance --watch, or end it with cluster rebalance --stop.',
    });
  }
}

function jobFailure(job: BackgroundJob, task: BackgroundTask | undefined): DatabaseError {
  const what = task ? describeTaskError(task) : 'Citus does not say why';
  return new DatabaseError(`a shard move of job ${job.id} failed: ${what}`, {
    hint: isUnfinished(job)
      ? 'Citus tries it again by itself, and meanwhile calls the job running. cluster health finds usual causes; cluster rebalance --stop ends it.'
      : 'cluster health finds usual causes; start it again once they are gone.',
  });
}

/** What each task's move carries, by the task's id. */
async function readMoveSizes(
  coordinator: Coordinator,
  tasks: readonly BackgroundTask[],
): Promise<ReadonlyMap<number, { readonly sizeBytes: number }>> {
  const shardOf = ({ command }: BackgroundTask) => /_placement\((\d+)/.exec(command)?.[1];
  const rows = await coordinator.query<{ id: string; sizeBytes: number }>(await readSql('move-sizes'), [
    tasks.flatMap((task) => shardOf(task) ?? []),
  ]);
  const sizes = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    tasks.flatMap((task) => {
      const size = sizes.get(shardOf(task) ?? '');
      return size ? [[task.id, size] as const] : [];
    }),
  );
}
