import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError } from '@shardwright/core';
import { type Connection, errorCode } from '@shardwright/postgres';
import { openSession, sessionName } from '../session.ts';

// Any number that nothing else locks in the target.
const runLock = 7_021_964_113;
const endWaitMs = 60_000;
const noticeWait = '3s';

/**
 * Makes sure that nobody else works on the target's migration: neither another run, which is refused, nor what a run
 * that was killed left at work on the servers, which is ended and waited for. Holds until the session ends. Throws
 * {@link DatabaseError}.
 */
export async function takeTarget(coordinator: Connection, nodes: readonly CitusNode[]): Promise<void> {
  if (!(await takeLock(coordinator))) {
    const holder = await runAtWork(coordinator);
    const since = holder?.since ? ` since ${holder.since}, from ${holder.client}` : '';
    throw new DatabaseError(`another run works on this target${since}`, {
      hint: 'Watch it with migrate status. If it is not wanted, end it with Ctrl-C where it runs.',
    });
  }
  for (const node of nodes) {
    await using connection = await openSession(node.url);
    await endLeftSessions(connection);
  }
  await recoverPrepared(nodes);
}

/**
 * Ends transactions over several nodes whose initiator was killed between its own commit and theirs, or before: now, not
 * when Citus looks for them. Every node knows those that it began itself.
 */
export async function recoverPrepared(nodes: readonly CitusNode[]): Promise<void> {
  for (const node of nodes) {
    await using connection = await openSession(node.url);
    await connection.query('SELECT recover_prepared_transactions()');
  }
}

/** Waits a little: a server takes a moment to notice that a run was killed. */
async function takeLock(coordinator: Connection): Promise<boolean> {
  const setTimeout = 'SELECT set_config($1, $2, false)';
  await coordinator.query(setTimeout, ['lock_timeout', noticeWait]);
  try {
    await coordinator.query('SELECT pg_advisory_lock($1)', [runLock]);
    return true;
  } catch (error) {
    if (errorCode(error) !== '55P03') throw error;
    return false;
  } finally {
    await coordinator.query(setTimeout, ['lock_timeout', '0']);
  }
}

/** A run that works on a target. */
export interface RunAtWork {
  /** ISO 8601; absent for who may not see sessions of others. */
  readonly since?: string;
  /** Address that it came from. */
  readonly client: string;
}

/** Whoever holds the target; `undefined` where nobody does. */
export async function runAtWork(coordinator: Connection): Promise<RunAtWork | undefined> {
  const [holder] = await coordinator.query<{ since: Date | null; client: string }>(
    `SELECT a.backend_start AS since, coalesce(host(a.client_addr), 'this machine') AS client
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [runLock],
  );
  if (!holder) return undefined;
  return { ...(holder.since ? { since: holder.since.toISOString() } : {}), client: holder.client };
}

/** Sessions of a run before that are still at work: they may be about to commit. */
async function endLeftSessions(connection: Connection): Promise<void> {
  const left = await connection.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend(pid, ${endWaitMs}) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE $1 AND pid <> pg_backend_pid()
       AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = pg_stat_activity.pid AND l.locktype = 'advisory'
                       AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = ${runLock})`,
    [`${sessionName} %`],
  );
  if (left.every(({ ended }) => ended)) return;
  throw new DatabaseError(`${connection.target}: sessions of an earlier run do not end`, {
    hint: 'See pg_stat_activity for application_name LIKE ’shardwright migrate%’, and end them.',
  });
}
