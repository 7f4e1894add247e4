import type { Context } from '@shardwright/core';
import { type Plan, phases, type Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** Steps of a plan before its rows are loaded, or those after. */
export function stepsOf(plan: Plan, part: 'before' | 'after'): readonly Step[] {
  const load = phases.indexOf('load');
  return plan.steps.filter(({ phase }) => phases.indexOf(phase) < load === (part === 'before'));
}

/** A session as the plan's statements want it. Throws {@link DatabaseError}. */
export async function openStepSession(target: string, plan: Plan, migration: string): Promise<Connection> {
  const session = await openSession(target, migration);
  try {
    for (const sql of plan.session) await session.query(sql);
    return session;
  } catch (error) {
    await session.end().catch(() => {});
    throw error;
  }
}

/** Does a step and writes it down, in one transaction. Throws {@link DatabaseError}. */
export async function applyStep(
  session: Connection,
  step: Step,
  position: number,
  { clock }: Context,
): Promise<void> {
  const startedMs = clock.nowMs();
  await session.query('BEGIN');
  try {
    // In one transaction Citus mixes statements over many connections with others only where each takes one.
    if (step.apply.length > 1) await session.query("SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
    for (const sql of step.apply) await session.query(sql);
    await session.query('INSERT INTO shardwright.step (id, position, seconds) VALUES ($1, $2, $3)', [
      step.id,
      position,
      (clock.nowMs() - startedMs) / 1000,
    ]);
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
