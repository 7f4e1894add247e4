import type { Context } from '@shardwright/core';
import type { Plan, Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { openStepSession } from '../run/apply-steps.ts';
import { retrying } from '../run/retry.ts';
import { type OnUndoing, type UndoneStep, undoStep } from './undo-step.ts';

/** Whose steps are taken back, and where. */
export interface UndoSurroundings {
  readonly plan: Plan;
  /** URL of the coordinator. */
  readonly target: string;
  readonly migration: string;
  /** Whose turn it is. */
  readonly run: string;
  readonly onUndoing: OnUndoing;
}

/**
 * Takes steps back one after the other; each again after transient failures. Stopped anywhere, the journal has what is
 * left. Throws {@link DatabaseError}.
 */
export async function takeBack(
  steps: readonly Step[],
  { plan, target, migration, run, onUndoing }: UndoSurroundings,
  context: Context,
): Promise<readonly UndoneStep[]> {
  let session: Connection | undefined;
  // A statement that waits for somebody's lock would wait on.
  const stop = (): void => session?.destroy();
  context.signal.addEventListener('abort', stop, { once: true });
  const undone: UndoneStep[] = [];
  try {
    for (const step of steps) {
      context.signal.throwIfAborted();
      context.emit({
        kind: 'progress',
        phase: 'taking back',
        done: undone.length,
        total: steps.length,
        unit: 'statements',
        subject: step.subject,
      });
      const one = await retrying(context, `taking back ${step.title}`, async () => {
        session ??= await openStepSession(target, plan, migration);
        try {
          return await undoStep(session, step, run, onUndoing);
        } catch (error) {
          session.destroy();
          session = undefined;
          throw error;
        }
      });
      undone.push(one);
    }
    return undone;
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
    await session?.end().catch(() => {});
  }
}
