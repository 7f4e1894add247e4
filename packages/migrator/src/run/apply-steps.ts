import type { Context } from '@shardwright/core';
import { type Plan, phases, type Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { holdTurn } from '../journal/turn.ts';
import { openSession } from '../session.ts';
import type { OnMoment } from './moments.ts';
import { retrying } from './retry.ts';

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

/** Whose steps are done, and where. */
export interface StepSurroundings {
  readonly plan: Plan;
  readonly target: string;
  readonly migration: string;
  readonly run: string;
  readonly onMoment: OnMoment;
}

/** Does steps one after the other in a session that it keeps; each again after transient failures, in a new one. */
export class StepWorker implements AsyncDisposable {
  readonly #surroundings: StepSurroundings;
  readonly #context: Context;
  #session: Connection | undefined;

  constructor(surroundings: StepSurroundings, context: Context) {
    this.#surroundings = surroundings;
    this.#context = context;
  }

  /** Throws {@link DatabaseError}. */
  async apply(step: Step): Promise<void> {
    const { plan, target, migration } = this.#surroundings;
    await retrying(this.#context, step.title, async () => {
      this.#session ??= await openStepSession(target, plan, migration);
      try {
        await applyStep(this.#session, step, this.#surroundings, this.#context);
      } catch (error) {
        this.#session.destroy();
        this.#session = undefined;
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.end();
  }
}

/** Does a step and writes it down, in one transaction; nothing where a commit came through that seemed to fail. */
async function applyStep(
  session: Connection,
  step: Step,
  { plan, run, onMoment }: StepSurroundings,
  { clock }: Context,
): Promise<void> {
  const startedMs = clock.nowMs();
  await session.query('BEGIN');
  await holdTurn(session, run);
  if ((await session.query('SELECT FROM shardwright.step WHERE id = $1', [step.id])).length > 0) {
    await session.query('ROLLBACK');
    return;
  }
  // In one transaction Citus mixes statements over many connections with others only where each takes one.
  if (step.apply.length > 1) await session.query("SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
  for (const sql of step.apply) await session.query(sql);
  await session.query('INSERT INTO shardwright.step (id, position, seconds) VALUES ($1, $2, $3)', [
    step.id,
    plan.steps.indexOf(step),
    (clock.nowMs() - startedMs) / 1000,
  ]);
  await onMoment('step: before COMMIT', step.id);
  await session.query('COMMIT');
  await onMoment('step: after COMMIT', step.id);
}
