import { type Context, DatabaseError, nameKey, UsageError } from '@shardwright/core';
import type { Plan, SequenceLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import {
  beginMigration,
  type Migration,
  planDigest,
  readLoadedChunks,
  readLoads,
  readMigration,
  readSteps,
  setMigrationState,
  type Turn,
} from '../journal/journal.ts';
import { writeLoadEnd } from '../journal/load-end.ts';
import { countLargeObjects, type LargeObjectCount } from '../load/large-objects/journalled-objects.ts';
import { relationOf } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import { connectionBudget } from '../target/connection-budget.ts';
import { takeTarget } from '../target/only-run.ts';
import { lookAtTarget, type TargetCluster } from '../target/target-cluster.ts';
import { type StepSurroundings, StepWorker, stepsOf } from './apply-steps.ts';
import type { Recopied } from './decide-loads.ts';
import { findEmptied } from './find-doubts.ts';
import { finish, type SequencePosition } from './finish.ts';
import { foreignKeySteps } from './foreign-keys.ts';
import { type OnMoment, unwatched } from './moments.ts';

/** What a plan is carried out on. */
export interface CarryOptions {
  /** Of the coordinator of a Citus database that is empty, or that this plan was begun on. */
  readonly target: string;
  /** Tables and parts of tables that are copied at once; default: 4, or fewer where connections are short. */
  readonly jobs?: number;
  /** Foreign keys of the plan that are not made, by name; see {@link foreignKeySteps}. */
  readonly withoutForeignKeys?: readonly string[];
}

/** Who takes rows. */
export interface ReceivingParties {
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly migration: string;
  readonly turn: Turn;
  readonly onMoment: OnMoment;
}

/** Where the rows of a migration come from, and the positions of sequences. */
export interface RowSupply extends AsyncDisposable {
  /** As messages and the journal call it. */
  readonly name: string;
  /** The same whenever the same rows can be had; a migration that was begun with another is refused. */
  readonly identity: string;
  /** A session of the server whose connections its readers take; absent where they take none. */
  readonly readsFrom?: Connection;
  /** Brings over every row that is not there yet. Gives the tables that were begun anew. */
  load(parties: ReceivingParties, jobs: number): Promise<readonly Recopied[]>;
  /** Asked once every row is there; `undefined` where the sequence is not to be moved. */
  positionOf(sequence: SequenceLoad): Promise<SequencePosition | undefined>;
}

/** How a table's rows came over. */
export interface LoadedTable {
  readonly relation: string;
  readonly target: string;
  readonly path: string;
  readonly why: string;
  readonly format: string;
  readonly rows: number;
  readonly bytes: number;
  /** Rows in shardwright.quarantine. */
  readonly setAside: number;
}

/** How a run ended. */
export interface RunResult {
  /** Whether anything was done; not so where an earlier run had come to its end. */
  readonly isNew: boolean;
  readonly tables: readonly LoadedTable[];
  /** Tables that were copied anew, as the source had changed since an earlier run, with what showed it. */
  readonly recopied: readonly Recopied[];
  /** Carried to the coordinator. */
  readonly largeObjects: LargeObjectCount;
  /** Foreign keys of the plan that were left out, as was asked: `orders_user_id_fkey ON public.orders`. */
  readonly foreignKeysLeftOut: readonly string[];
  readonly jobs: number;
  readonly seconds: {
    readonly before: number;
    readonly load: number;
    readonly after: number;
  };
}

/** In the place of a migration's id, where none is begun. */
export const newMigration = 'new';

const defaultJobs = 4;
/** Of a run on a target where everything was done before. */
const unchanged = {
  isNew: false,
  recopied: [],
  jobs: 0,
  seconds: { before: 0, load: 0, after: 0 },
};

/**
 * Carries a plan out with the rows of a supply, which is opened once the target is ours and told the migration's id, or
 * `new`, and the target's identity. Called again after any end, goes on where it was.
 */
export async function carryOut(
  plan: Plan,
  options: CarryOptions,
  openSupply: (migration: string, target: string) => Promise<RowSupply>,
  context: Context,
  onMoment: OnMoment = unwatched,
): Promise<RunResult> {
  const { clock, emit } = context;
  const leftOut = foreignKeySteps(plan, options.withoutForeignKeys ?? []);
  await using coordinator = await openSession(options.target);
  const target = await lookAtTarget(options.target, coordinator);
  await takeTarget(coordinator, target.nodes);
  const begun = await readMigration(coordinator);
  if (begun) refuseOther(begun, plan);
  await using supply = await openSupply(begun?.id ?? newMigration, target.identity);
  if (begun && begun.sourceIdentity !== supply.identity) throw otherSource(begun, supply);
  const turn = await beginMigration(target.nodes, {
    plan,
    source: supply.name,
    sourceIdentity: supply.identity,
  });
  const { id: migration, state } = await currentMigration(coordinator);
  await onMoment('journal made', '');
  const loaded = async (): Promise<Pick<RunResult, 'tables' | 'largeObjects' | 'foreignKeysLeftOut'>> => ({
    tables: await loadedTables(plan, target, coordinator),
    largeObjects: await countLargeObjects(coordinator),
    foreignKeysLeftOut: await keysNotMade(plan, coordinator),
  });
  if (state === 'done') return { ...unchanged, ...(await loaded()) };
  const startedMs = clock.nowMs();
  emit({ kind: 'phase', phase: 'making tables' });
  const steps = { plan, target: options.target, migration, run: turn.run, onMoment };
  await applySteps(steps, coordinator, context);
  const loadMs = clock.nowMs();
  const parties = { target, coordinator, migration, turn, onMoment };
  const { jobs } = await connectionBudget(options.jobs ?? defaultJobs, supply.readsFrom, target.nodes);
  await setMigrationState(coordinator, state === 'preparing' ? 'loading' : state);
  // Once keys are being made every row is there, and tables cannot be emptied any more.
  const recopied = state === 'finishing' ? [] : await supply.load(parties, jobs);
  const afterMs = clock.nowMs();
  if (state !== 'finishing') await writeLoadEnd(coordinator);
  await setMigrationState(coordinator, 'finishing');
  const { positionOf } = supply;
  await onMoment('finishing', '');
  await finish({ ...steps, coordinator, jobs, leftOut, positionOf }, context);
  await refuseEmptied(plan, target, coordinator);
  await onMoment('before done', '');
  await setMigrationState(coordinator, 'done');
  return {
    isNew: true,
    ...(await loaded()),
    recopied,
    jobs,
    seconds: {
      before: (loadMs - startedMs) / 1000,
      load: (afterMs - loadMs) / 1000,
      after: (clock.nowMs() - afterMs) / 1000,
    },
  };
}

function otherSource({ source }: Migration, { name }: RowSupply): UsageError {
  return source === name
    ? new UsageError(`${name} is not what it was when the target's migration was begun`, {
        hint: 'Put back what it was, or take the migration back and begin anew.',
      })
    : new UsageError(`the target's migration reads from ${source}, not from ${name}`, {
        hint: 'Name that source, or take the migration back first.',
      });
}

async function keysNotMade({ steps }: Plan, coordinator: Connection): Promise<readonly string[]> {
  const done = new Set(await readSteps(coordinator));
  return steps
    .filter(({ id, phase }) => phase === 'foreign-keys' && !done.has(id))
    .map(({ subject }) => subject);
}

async function currentMigration(coordinator: Connection): Promise<Migration> {
  const found = await readMigration(coordinator);
  if (!found) throw new Error('the journal was made and is not there');
  return found;
}

function refuseOther(begun: Migration, plan: Plan): void {
  if (begun.state === 'taking back') {
    throw new UsageError('the target is being taken back', {
      hint: 'End that first: migrate rollback --target URL goes on with it.',
    });
  }
  if (begun.planDigest === planDigest(plan)) return;
  throw new UsageError(`the target is in the middle of another plan's migration, from ${begun.source}`, {
    hint: 'Run that plan to its end, or take it back with migrate rollback.',
  });
}

/** With keys on them, tables cannot be begun anew. Throws {@link DatabaseError}. */
async function refuseEmptied(
  { loads }: Plan,
  { nodes }: TargetCluster,
  coordinator: Connection,
): Promise<void> {
  const loaded = await readLoadedChunks(nodes, await readLoads(coordinator));
  for (const [relation, why] of await findEmptied(coordinator, loads, loaded)) {
    throw new DatabaseError(`${relation} does not hold the rows that were loaded into it: ${why}`, {
      hint: 'Take the migration back with migrate rollback, and run it again.',
    });
  }
}

async function applySteps(
  surroundings: StepSurroundings,
  coordinator: Connection,
  context: Context,
): Promise<void> {
  const done = new Set(await readSteps(coordinator));
  const steps = stepsOf(surroundings.plan, 'before');
  await using worker = new StepWorker(surroundings, context);
  for (const step of steps.filter(({ id }) => !done.has(id))) {
    context.signal.throwIfAborted();
    context.emit({
      kind: 'progress',
      phase: 'making tables',
      done: steps.indexOf(step),
      total: steps.length,
      unit: 'statements',
      subject: step.subject,
    });
    await worker.apply(step);
  }
}

async function loadedTables(
  plan: Plan,
  target: TargetCluster,
  coordinator: Connection,
): Promise<readonly LoadedTable[]> {
  const loads = await readLoads(coordinator);
  const chunks = await readLoadedChunks(target.nodes, loads);
  return plan.loads.map((load) => {
    const relation = relationOf(load);
    const own = chunks.filter((one) => one.relation === relation);
    const placed = own.filter(({ chunk }) => chunk >= 0);
    const sum = (of: (one: (typeof own)[number]) => number, list = placed): number =>
      list.reduce((total, one) => total + of(one), 0);
    const journalled = loads.get(relation);
    return {
      relation: nameKey(load.source),
      target: nameKey(load.target),
      path: journalled?.path ?? '',
      why: journalled?.why ?? '',
      format: journalled?.format ?? '',
      rows: sum(({ rows }) => rows),
      bytes: sum(({ bytes }) => bytes),
      setAside: sum(
        ({ rows }) => rows,
        own.filter(({ chunk }) => chunk < 0),
      ),
    };
  });
}
