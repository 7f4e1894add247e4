import {
  type Context,
  DatabaseError,
  displayName,
  EnvironmentError,
  nameKey,
  quietContext,
  UsageError,
} from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
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
} from '../journal/journal.ts';
import { fence, isUnmoved } from '../load/direct/fence.ts';
import { findMisplaced, type Misplaced } from '../load/direct/placement-proof.ts';
import type { LoadPath } from '../load/load-path.ts';
import { loadRows } from '../load/load-rows.ts';
import { openTasks, relationOf, type TableAtWork } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import { type LiveSource, openLiveSource } from '../source/live-source.ts';
import { connectionBudget } from '../target/connection-budget.ts';
import { takeTarget } from '../target/only-run.ts';
import { lookAtTarget, type TargetCluster } from '../target/target-cluster.ts';
import { applyStep, openStepSession, stepsOf } from './apply-steps.ts';
import { decideLoads } from './decide-loads.ts';
import { finish } from './finish.ts';

/** What a plan is run on. */
export interface RunOptions {
  /** `postgres://…` of the database that was planned for. */
  readonly source: string;
  /** Of the coordinator of a Citus database that is empty, or that this plan was begun on. */
  readonly target: string;
  /** Tables and parts of tables that are copied at once; default: 4, or fewer where connections are short. */
  readonly jobs?: number;
  /** Default: for each table the fastest that is safe. */
  readonly load?: LoadPath;
  /** Bytes of a table that are copied in one transaction; default 128 MiB. */
  readonly chunkBytes?: number;
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
  readonly tables: readonly LoadedTable[];
  /** Rows that queries would not find; empty unless something is badly wrong. */
  readonly misplaced: readonly Misplaced[];
  /** Tables that were copied anew, as the source had changed since an earlier run, with what showed it. */
  readonly recopied: readonly { readonly relation: string; readonly why: string }[];
  readonly jobs: number;
  readonly seconds: {
    readonly before: number;
    readonly load: number;
    readonly after: number;
  };
}

const defaultJobs = 4;
const defaultChunkBytes = 128 * 1024 * 1024;

/**
 * Carries a plan out: from an empty Citus database to one that holds every row of the source once. Killed at any
 * moment and called again, goes on where it was. Throws {@link EnvironmentError} or {@link DatabaseError}.
 */
export async function runMigration(
  plan: Plan,
  options: RunOptions,
  context: Context = quietContext(),
): Promise<RunResult> {
  const { clock, emit } = context;
  await using coordinator = await openSession(options.target);
  const target = await lookAtTarget(options.target, coordinator);
  await takeTarget(coordinator, target.nodes);
  const begun = await readMigration(coordinator);
  if (begun) refuseOther(begun, plan);
  const tables = plan.loads.map(({ source }) => source);
  await using source = await openLiveSource(options.source, tables, begun?.id ?? 'new');
  if (source.identity === target.identity) {
    throw new UsageError('the source is the target', { hint: 'Name two databases.' });
  }
  if (begun && begun.sourceIdentity !== source.identity) {
    throw new UsageError(`the target's migration reads from ${begun.source}, not from ${source.name}`, {
      hint: 'Name that source, or take the migration back first.',
    });
  }
  if (!begun) {
    await beginMigration(target.nodes, { plan, source: source.name, sourceIdentity: source.identity });
  }
  const migration = (await readMigration(coordinator))?.id ?? '';
  const startedMs = clock.nowMs();
  emit({ kind: 'phase', phase: 'making tables' });
  await applySteps(plan, options.target, migration, coordinator, context);
  const loadMs = clock.nowMs();
  await setMigrationState(coordinator, 'loading');
  const loaded = await loadAll(plan, options, { source, target, coordinator, migration }, context);
  const afterMs = clock.nowMs();
  await setMigrationState(coordinator, 'finishing');
  await finish(plan, options.target, { coordinator, migration, source, jobs: loaded.jobs }, context);
  await setMigrationState(coordinator, 'done');
  return {
    ...loaded,
    tables: await loadedTables(plan, target, coordinator),
    seconds: {
      before: (loadMs - startedMs) / 1000,
      load: (afterMs - loadMs) / 1000,
      after: (clock.nowMs() - afterMs) / 1000,
    },
  };
}

function refuseOther(begun: Migration, plan: Plan): void {
  if (begun.state === 'taking back') {
    throw new UsageError('the target is being taken back', { hint: 'Let migrate rollback end first.' });
  }
  if (begun.planDigest === planDigest(plan)) return;
  throw new UsageError(`the target is in the middle of another plan's migration, from ${begun.source}`, {
    hint: 'Run that plan to its end, or take it back with migrate rollback.',
  });
}

async function applySteps(
  plan: Plan,
  url: string,
  migration: string,
  coordinator: Connection,
  context: Context,
): Promise<void> {
  const done = new Set(await readSteps(coordinator));
  const steps = stepsOf(plan, 'before');
  const open = steps.filter(({ id }) => !done.has(id));
  if (open.length === 0) return;
  await using session = await openStepSession(url, plan, migration);
  for (const step of open) {
    context.signal.throwIfAborted();
    context.emit({
      kind: 'progress',
      phase: 'making tables',
      done: steps.indexOf(step),
      total: steps.length,
      unit: 'statements',
      subject: step.subject,
    });
    await applyStep(session, step, plan.steps.indexOf(step), context);
  }
}

interface LoadParties {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly migration: string;
}

async function loadAll(
  plan: Plan,
  options: RunOptions,
  { source, target, coordinator, migration }: LoadParties,
  context: Context,
): Promise<Pick<RunResult, 'misplaced' | 'recopied' | 'jobs'>> {
  context.emit({ kind: 'phase', phase: 'looking at the source' });
  const budget = await connectionBudget(options.jobs ?? defaultJobs, source.control, target.nodes);
  const decided = await decideLoads(
    plan,
    { source, target, coordinator },
    { chunkBytes: options.chunkBytes ?? defaultChunkBytes, ...(options.load ? { asked: options.load } : {}) },
  );
  await using guard = await openSession(target.coordinator.url, migration);
  const direct = decided.tables.filter(({ journalled }) => journalled.path === 'direct');
  await fence(
    guard,
    direct.map(({ load }) => load.target),
  );
  const tables = await decided.withShards(guard);
  const loads = await readLoads(coordinator);
  const loaded = await readLoadedChunks(target.nodes, loads);
  const total = tables.reduce((sum, { journalled }) => sum + journalled.bytes, 0);
  const perChunk = new Map(tables.map(({ journalled: one }) => [one.relation, one.bytes / one.chunks]));
  const share = (relation: string): number => perChunk.get(relation) ?? 0;
  const tasks = openTasks(tables, loaded);
  let done = total - tasks.reduce((sum, { journalled }) => sum + share(journalled.relation), 0);
  const tell = (subject?: string): void =>
    context.emit({
      kind: 'progress',
      phase: 'loading rows',
      done: Math.max(0, Math.round(done)),
      total,
      unit: 'bytes',
      ...(subject === undefined ? {} : { subject }),
    });
  tell();
  await loadRows(
    tasks,
    {
      source,
      target,
      migration,
      jobs: budget.jobs,
      readLoaded: async ({ load, chunk }) => {
        const now = await readLoadedChunks(target.nodes, loads);
        return new Map(
          now
            .filter((one) => one.relation === relationOf(load) && one.chunk === chunk)
            .map(({ shard, rows }) => [shard, rows]),
        );
      },
      onLoaded: ([first]) => {
        if (!first) return;
        done += share(first.relation);
        tell(first.relation);
      },
    },
    context,
  );
  context.emit({ kind: 'phase', phase: 'proving where rows lie' });
  const misplaced = await provePlacement(tables, target, guard);
  await guard.query('COMMIT');
  return { misplaced, recopied: decided.recopied, jobs: budget.jobs };
}

async function provePlacement(
  tables: readonly TableAtWork[],
  target: TargetCluster,
  guard: Connection,
): Promise<readonly Misplaced[]> {
  const misplaced: Misplaced[] = [];
  for (const { load, shards } of tables) {
    if (shards === undefined || load.distributionColumn === undefined) continue;
    if (!(await isUnmoved(guard, load.target, shards, target.nodes))) {
      throw new DatabaseError(`shards of ${displayName(load.target)} moved while rows were sent to them`, {
        hint: 'Take the migration back, and run it again with nothing else at work on the target.',
      });
    }
    const sessions: Connection[] = [];
    try {
      const found = await findMisplaced(load.target, load.distributionColumn, shards, async (node) => {
        const session = await openSession(node.url);
        sessions.push(session);
        return session;
      });
      misplaced.push(...found);
    } finally {
      await Promise.all(sessions.map((session) => session.end()));
    }
  }
  return misplaced;
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
