import { DatabaseError } from '@shardwright/core';
import type { Connection } from './connect.ts';

/** How long a reader may hold up, or be held up by, a server that others work on. */
export interface SnapshotLimits {
  /** Longest run of one statement. */
  readonly statementTimeoutMs: number;
  /** Longest wait for a lock that another session holds. */
  readonly lockTimeoutMs: number;
}

/**
 * Runs `read` in one read-only REPEATABLE READ transaction: all its queries see the same moment, and none can
 * change anything. Works on standbys too, where SERIALIZABLE does not.
 */
export async function inSnapshot<Result>(
  connection: Connection,
  limits: SnapshotLimits,
  read: () => Promise<Result>,
): Promise<Result> {
  await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await connection.query(`SET LOCAL statement_timeout = ${Math.ceil(limits.statementTimeoutMs)}`);
    await connection.query(`SET LOCAL lock_timeout = ${Math.ceil(limits.lockTimeoutMs)}`);
    const result = await read();
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    // The first failure is the one to tell; a lost connection has nothing left to roll back.
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/**
 * Runs a part of a transaction that may fail without taking the rest along. The answer is the part's result
 * or the server's refusal; a lost connection still throws.
 */
export async function attempt<Result>(
  connection: Connection,
  part: () => Promise<Result>,
): Promise<
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly error: DatabaseError }
> {
  await connection.query('SAVEPOINT attempt');
  try {
    const result = await part();
    await connection.query('RELEASE SAVEPOINT attempt');
    return { ok: true, result };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const isOpen = await connection.query('ROLLBACK TO SAVEPOINT attempt').then(
      () => true,
      () => false,
    );
    if (!isOpen) throw error;
    return { ok: false, error };
  }
}
