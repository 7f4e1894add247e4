import {
  type Context,
  EnvironmentError,
  quietContext,
  quoteIdentifier,
  quoteQualifiedName,
  UsageError,
} from '@shardwright/core';
import type { Plan, Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { dropStaging } from '../dump/staging.ts';
import {
  type Migration,
  planDigest,
  readLoads,
  readMigration,
  readSteps,
  setMigrationState,
} from '../journal/journal.ts';
import { removeJournal } from '../journal/remove-journal.ts';
import { takeTurns } from '../journal/turn.ts';
import { takeBackLargeObjects } from '../load/large-objects/take-back-large-objects.ts';
import { openSession } from '../session.ts';
import { takeTarget } from '../target/only-run.ts';
import { lookAtTarget, type TargetCluster } from '../target/target-cluster.ts';
import { findObjectsOfOthers, type ObjectOfOthers } from './objects-of-others.ts';
import { namingUsers } from './still-used.ts';
import { takeBack } from './take-back.ts';
import type { OnUndoing, UndoneStep } from './undo-step.ts';
import { type Backup, writeBackup } from './write-backup.ts';
import { countObjects, type MadeObjects } from './written-objects.ts';
import { countRows, type TableRows } from './written-rows.ts';

/** What there is to be taken back, and what speaks against it. */
export interface Standing {
  readonly migration: Migration;
  /** Steps that were done, in the order in which they are taken back. */
  readonly steps: readonly Step[];
  /** Tables that the migration made and that are there. */
  readonly tables: readonly TableRows[];
  readonly largeObjects: MadeObjects;
  readonly others: readonly ObjectOfOthers[];
  /** What stays, as it was there before or may be of use to others. */
  readonly kept: readonly string[];
}

/** A migration that is held, so that nobody else works on it, and can be taken back. */
export interface Rollback extends AsyncDisposable {
  /** `user@host:port/database`. */
  readonly target: string;
  readonly standing: Standing;
  /**
   * Writes all rows, and what makes their tables, into a new file. One that a rollback wrote before it was stopped is
   * left as it is.
   */
  backUp(file: string): Promise<Backup>;
  /** Takes everything back, the last step first, and then the journal. Throws {@link DatabaseError}. */
  run(onUndoing?: OnUndoing): Promise<readonly UndoneStep[]>;
}

/**
 * Takes hold of the migration of a target and looks at how it stands; `undefined` where there is none. Nothing is
 * changed yet. Throws {@link UsageError} when it is another plan's than the one that is expected,
 * {@link DatabaseError} when somebody else works on it.
 */
export async function openRollback(
  target: string,
  expected?: Plan,
  context: Context = quietContext(),
): Promise<Rollback | undefined> {
  const coordinator = await openSession(target);
  // Rows of large tables take a while to be counted.
  const stop = (): void => coordinator.destroy();
  context.signal.addEventListener('abort', stop, { once: true });
  const close = async (): Promise<void> => {
    context.signal.removeEventListener('abort', stop);
    await coordinator.end().catch(() => {});
  };
  try {
    const cluster = await lookAtTarget(target, coordinator);
    await takeTarget(coordinator, cluster.nodes);
    const migration = await readMigration(coordinator);
    if (migration === undefined) {
      await close();
      return undefined;
    }
    refuseOther(migration, expected, coordinator.target);
    await refuseUnreachable(coordinator, cluster);
    context.emit({ kind: 'phase', phase: 'looking for what was written since' });
    return await hold({ target, coordinator, cluster, migration, close }, context);
  } catch (error) {
    await close();
    context.signal.throwIfAborted();
    throw error;
  }
}

interface Held {
  readonly target: string;
  readonly coordinator: Connection;
  readonly cluster: TargetCluster;
  readonly migration: Migration;
  readonly close: () => Promise<void>;
}

async function hold(held: Held, context: Context): Promise<Rollback> {
  const { target, coordinator, cluster, migration, close } = held;
  const [stored] = await coordinator.query<{ plan: Plan; extensions: readonly string[] }>(
    'SELECT plan, extensions FROM shardwright.migration',
  );
  if (!stored) throw new Error('the journal was there and is not');
  const { plan } = stored;
  const before = new Set(stored.extensions.map(quoteIdentifier));
  const isKept = ({ phase, subject }: Step): boolean => phase === 'extensions' && before.has(subject);
  const done = await stepsDone(plan, coordinator);
  const standing: Standing = {
    migration,
    steps: done.toReversed(),
    tables: await rowsOf(plan, done, held),
    largeObjects: await countObjects(coordinator),
    others: await findObjectsOfOthers(
      plan,
      done.filter((step) => !isKept(step)),
      coordinator,
    ),
    kept: done
      .filter((step) => step.phase === 'roles' || isKept(step))
      .map(({ phase, subject }) => `${phase === 'roles' ? 'role' : 'extension'} ${subject}`),
  };
  return {
    target: coordinator.target,
    standing,
    backUp: async (file) => {
      await using session = await openSession(target, migration.id);
      return await writeBackup(file, { plan, done, tables: standing.tables, migration }, session, context);
    },
    run: async (onUndoing = async () => {}) => {
      const run = await takeTurns(cluster.nodes, migration.id);
      await setMigrationState(coordinator, 'taking back');
      // Where shards were before they were moved their tables may be left, with keys that others need.
      await coordinator.query('CALL citus_cleanup_orphaned_resources()');
      await dropStaging(cluster.coordinator.url, migration.id);
      const steps = standing.steps.map((step) => (isKept(step) ? { ...step, undo: [] } : step));
      const undone = await takeBack(
        steps,
        { plan, target, migration: migration.id, run, onUndoing },
        context,
      );
      await takeBackLargeObjects(coordinator, run);
      await removeJournal(coordinator).catch((error: unknown) => {
        throw namingUsers(error, 'the journal');
      });
      return undone;
    },
    [Symbol.asyncDispose]: close,
  };
}

function refuseOther(
  { planDigest: found, source }: Migration,
  expected: Plan | undefined,
  target: string,
): void {
  if (expected === undefined || found === planDigest(expected)) return;
  throw new UsageError(`${target} holds the migration of another plan than this one, from ${source}`, {
    hint: 'Name the directory of that plan, or none: the journal in the target knows it.',
  });
}

/** In the order in which they were done. */
async function stepsDone(plan: Plan, coordinator: Connection): Promise<readonly Step[]> {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  return (await readSteps(coordinator)).map((id) => {
    const step = steps.get(id);
    if (!step) throw new Error(`the journal has a step that its plan has not: ${id}`);
    return step;
  });
}

/** A table of the plan that no step made is somebody else's. */
async function rowsOf(
  plan: Plan,
  done: readonly Step[],
  { coordinator, cluster, migration }: Held,
): Promise<readonly TableRows[]> {
  const made = new Set(done.filter(({ phase }) => phase === 'tables').map(({ subject }) => subject));
  const tables = plan.tables.filter((table) => made.has(quoteQualifiedName(table)));
  if (tables.length === 0) return [];
  const isBegun = migration.state === 'taking back';
  return await countRows({ plan, tables, isBegun }, coordinator, cluster.nodes);
}

/** What was sent to the workers is in their journals, which have to be read. */
async function refuseUnreachable(coordinator: Connection, { unreachable }: TargetCluster): Promise<void> {
  if (unreachable === undefined) return;
  const loads = [...(await readLoads(coordinator)).values()];
  if (loads.every(({ path }) => path === 'coordinator')) return;
  throw new EnvironmentError(`rows were sent to the workers, and now ${unreachable}`, {
    hint: 'Take it back from where every worker can be reached.',
  });
}
