import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { readSql } from '../sql-file.ts';

/** A job that Citus' background workers do. */
export interface BackgroundJob {
  readonly id: number;
  readonly state: 'scheduled' | 'running' | 'finished' | 'cancelling' | 'cancelled' | 'failing' | 'failed';
  readonly type: string;
  readonly description: string;
  /** ISO 8601; null before it started. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly tasks: readonly BackgroundTask[];
}

/** One statement of a job. */
export interface BackgroundTask {
  readonly id: number;
  readonly state:
    | 'blocked'
    | 'runnable'
    | 'running'
    | 'done'
    | 'cancelling'
    | 'error'
    | 'unscheduled'
    | 'cancelled';
  readonly command: string;
  /** How often it was tried in vain. */
  readonly retries: number;
  /** When it is tried again, ISO 8601. */
  readonly retryAt?: string;
  /** What the last try said; Citus counts a failed task as runnable, and its job as running. */
  readonly error?: string;
}

/** The latest jobs, last one first. */
export async function readJobs(connection: Connection, limit = 10): Promise<readonly BackgroundJob[]> {
  return (await connection.query<{ job: BackgroundJob }>(await readSql('background-jobs'), [limit])).map(
    ({ job }) => job,
  );
}

/** A job as it is now. Throws {@link DatabaseError} when there is none of this id. */
export async function readJob(connection: Connection, id: number): Promise<BackgroundJob> {
  const job = (await readJobs(connection)).find((each) => each.id === id);
  if (job) return job;
  throw new DatabaseError(`the cluster has no background job ${id}`, {
    hint: 'SELECT * FROM citus_rebalance_status() shows the last one.',
  });
}

/** The job that is not over, if there is one: Citus runs one rebalance at a time. */
export async function findRunningJob(connection: Connection): Promise<BackgroundJob | undefined> {
  return (await readJobs(connection)).find(isUnfinished);
}

/** Whether a job still has something to do. */
export function isUnfinished({ state }: BackgroundJob): boolean {
  return state === 'scheduled' || state === 'running' || state === 'cancelling' || state === 'failing';
}

/** A task's last error in one line, with its command and how often it was tried. */
export function describeTaskError({ command, error = '', retries, retryAt }: BackgroundTask): string {
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  const said = lines.map((line) => line.replace(/^[A-Z]+: +/, '').trim()).join('; ');
  const again = retryAt === undefined ? '' : `, next at ${retryAt}`;
  return `${command}: ${said} (tried ${retries <= 1 ? 'once' : `${retries} times`}${again})`;
}

/** `job 3, 2 of 6 moves done, running`. */
export function describeJob({ id, state, tasks }: BackgroundJob): string {
  const done = tasks.filter((task) => task.state === 'done').length;
  return `job ${id}, ${done} of ${tasks.length} moves done, ${state}`;
}
