import { type Context, DatabaseError, nameKey } from '@shardwright/core';
import type { SequenceLoad, Step } from '@shardwright/planner';
import { type Connection, errorCode } from '@shardwright/postgres';
import { readSteps } from '../journal/journal.ts';
import { type StepSurroundings, StepWorker, stepsOf } from './apply-steps.ts';
import { inParallel } from './pool.ts';

const foreignKeyViolation = '23503';

/** Where a sequence stands. */
export interface SequencePosition {
  /** A bigint. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

interface FinishOptions extends StepSurroundings {
  readonly coordinator: Connection;
  readonly jobs: number;
  /** Steps that are not to be done. */
  readonly leftOut: readonly Step[];
  readonly positionOf: (sequence: SequenceLoad) => Promise<SequencePosition | undefined>;
}

/** What comes once every row is there: keys and indexes, then all the rest in order, statistics last; sequences. */
export async function finish(options: FinishOptions, context: Context): Promise<void> {
  const { plan, coordinator, jobs, leftOut, positionOf, onMoment } = options;
  const done = new Set(await readSteps(coordinator));
  const steps = stepsOf(plan, 'after').filter((step) => !leftOut.includes(step));
  const open = steps.filter(({ id }) => !done.has(id));
  let count = steps.length - open.length;
  const apply = async (worker: StepWorker, step: Step): Promise<void> => {
    context.signal.throwIfAborted();
    context.emit({
      kind: 'progress',
      phase: 'making keys, indexes and all the rest',
      done: count,
      total: steps.length,
      unit: 'statements',
      subject: step.subject,
    });
    await worker.apply(step).catch((error: unknown) => {
      throw step.phase === 'foreign-keys' && errorCode(error) === foreignKeyViolation
        ? brokenKey(step, error)
        : error;
    });
    count += 1;
  };
  await inParallel(jobs, byTable(open), async (group) => {
    await using worker = new StepWorker(options, context);
    for (const step of group) await apply(worker, step);
  });
  await using worker = new StepWorker(options, context);
  for (const step of open.filter(({ phase }) => !isOfOneTable(phase))) await apply(worker, step);
  for (const sequence of plan.sequences) {
    const position = await positionOf(sequence);
    if (position) await coordinator.query(sequence.setPosition, [position.lastValue, position.isCalled]);
  }
  await onMoment('sequences moved', '');
}

function brokenKey({ subject, title }: Step, cause: unknown): DatabaseError {
  const [name = ''] = subject.split(' ON ');
  return new DatabaseError(`every row is there, and ${title} does not hold: ${messageOf(cause)}`, {
    cause,
    hint: `Mend the rows on the target and run the same command again, or add --without-foreign-key ${name}.`,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Steps that concern one table only; those of different tables do not wait for one another. */
function isOfOneTable(phase: Step['phase']): boolean {
  return phase === 'keys' || phase === 'indexes';
}

function byTable(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups = new Map<string, Step[]>();
  for (const step of steps.filter(({ phase }) => isOfOneTable(phase))) {
    const key = step.table === undefined ? '' : nameKey(step.table);
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()];
}
