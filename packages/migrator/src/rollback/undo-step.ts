import { DatabaseError } from '@shardwright/core';
import type { Step } from '@shardwright/planner';
import { type Connection, errorCode } from '@shardwright/postgres';
import { holdTurn } from '../journal/turn.ts';
import { namingUsers } from './still-used.ts';

/** How a step was taken back. */
export interface UndoneStep {
  readonly step: Step;
  /** Whether somebody had removed its object before. */
  readonly wasGone: boolean;
}

/** Told of a moment of a rollback, which waits. Tests end it there. */
export type OnUndoing = (moment: 'undo: before COMMIT' | 'undo: after COMMIT', step: Step) => Promise<void>;

// Undefined table, schema, object, function, column: what is to go is not there.
const isGone = new Set(['42P01', '3F000', '42704', '42883', '42703']);

/**
 * Takes a step back and removes it from the journal, in one transaction; nothing where a commit came through that seemed
 * to fail. What somebody else has removed already is passed over. Throws {@link DatabaseError}.
 * @param run Whose turn it has to be.
 */
export async function undoStep(
  session: Connection,
  step: Step,
  run: string,
  onUndoing: OnUndoing,
): Promise<UndoneStep> {
  let undo = step.undo;
  for (;;) {
    const outcome = await tryUndo(session, { ...step, undo }, run, onUndoing);
    if (outcome === 'undone') return { step, wasGone: undo.length < step.undo.length };
    undo = undo.filter((sql) => sql !== outcome.gone);
  }
}

async function tryUndo(
  session: Connection,
  step: Step,
  run: string,
  onUndoing: OnUndoing,
): Promise<'undone' | { readonly gone: string }> {
  // Sent to the workers on connections of their own, which would wait for ours: one after the other then. Each is
  // written so that it may run twice.
  const isApart = step.undo.some(isForWorkers);
  if (!isApart) await session.query('BEGIN');
  await holdTurn(session, run);
  const left = await session.query('SELECT FROM shardwright.step WHERE id = $1', [step.id]);
  if (left.length > 0) {
    // See applyStep.
    if (!isApart && step.undo.length > 1)
      await session.query("SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
    for (const sql of step.undo) {
      try {
        await undoStatement(session, sql);
      } catch (error) {
        if (!isGone.has(errorCode(error) ?? '')) throw namingUsers(error, step.title);
        if (!isApart) await session.query('ROLLBACK');
        return { gone: sql };
      }
    }
    await session.query('DELETE FROM shardwright.step WHERE id = $1', [step.id]);
  }
  await onUndoing('undo: before COMMIT', step);
  if (!isApart) await session.query('COMMIT');
  await onUndoing('undo: after COMMIT', step);
  return 'undone';
}

function isForWorkers(sql: string): boolean {
  return /^SELECT run_command_on_workers\(/.test(sql);
}

async function undoStatement(session: Connection, sql: string): Promise<void> {
  if (!isForWorkers(sql)) {
    await session.query(sql);
    return;
  }
  // A worker that refuses is in the answer, and no error.
  const failed = await session.query<{ node: string; result: string }>(
    `SELECT nodename || ':' || nodeport AS node, result ${sql.replace(/^SELECT/, 'FROM')} WHERE NOT success`,
  );
  if (failed.length === 0) return;
  throw new DatabaseError(failed.map(({ node, result }) => `${node}: ${result}`).join('; '), {
    hint: 'Call migrate rollback again when that is mended.',
  });
}
