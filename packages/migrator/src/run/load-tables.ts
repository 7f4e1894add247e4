import type { Context } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { forgetLoad, readLoadedChunks, readLoads, type Turn } from '../journal/journal.ts';
import { ChunkChanged } from '../load/direct/copy-direct.ts';
import { fence } from '../load/direct/fence.ts';
import type { LoadPath } from '../load/load-path.ts';
import { type LoadSurroundings, loadRows } from '../load/load-rows.ts';
import { type LoadTask, openTasks } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import type { LiveSource } from '../source/live-source.ts';
import { recoverPrepared } from '../target/only-run.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { decideLoads, type Recopied } from './decide-loads.ts';
import { findEmptied } from './find-doubts.ts';
import { LoadProgress } from './load-progress.ts';
import type { OnMoment } from './moments.ts';
import { provePlacement } from './prove-placement.ts';
import { retrying } from './retry.ts';
import { Throttle, type ThrottleLimits } from './throttle.ts';

/** Who takes part in a load. */
export interface LoadParties {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly migration: string;
  readonly turn: Turn;
  readonly onMoment: OnMoment;
}

/** How it is done. */
export interface LoadOptions extends ThrottleLimits {
  readonly jobs: number;
  readonly load?: LoadPath;
  readonly chunkBytes?: number;
}

const defaultChunkBytes = 128 * 1024 * 1024;

/** Brings over every row that is not there yet. Gives the tables that were copied anew, as the source had changed. */
export async function loadTables(
  plan: Plan,
  options: LoadOptions,
  parties: LoadParties,
  context: Context,
): Promise<readonly Recopied[]> {
  const { source, target, migration } = parties;
  const servers = [source.url, ...target.nodes.map(({ url }) => url)];
  await using throttle = await Throttle.start({ servers, migration, jobs: options.jobs }, options, context);
  const recopied: Recopied[] = [];
  for (;;) {
    try {
      recopied.push(...(await loadOnce(plan, options, parties, throttle)));
      return recopied;
    } catch (error) {
      if (!(error instanceof ChunkChanged)) throw error;
      // Half of it was loaded by an earlier run: what that read is not there to be compared, so all is read again.
      await forgetLoad(parties.coordinator, error.relation);
    }
  }
}

async function loadOnce(
  plan: Plan,
  options: LoadOptions,
  parties: LoadParties,
  throttle: Throttle,
): Promise<readonly Recopied[]> {
  const { context } = throttle;
  const { source, target, coordinator, migration, turn, onMoment } = parties;
  context.emit({ kind: 'phase', phase: 'looking at the source' });
  const wishes = {
    chunkBytes: options.chunkBytes ?? defaultChunkBytes,
    ...(options.load === undefined ? {} : { asked: options.load }),
  };
  const { tables: decided, recopied } = await decideLoads(plan, parties, wishes);
  await using guard = await openSession(target.coordinator.url, migration);
  const tables = await fence(guard, decided, target.nodes);
  await onMoment('fenced', '');
  const loads = await readLoads(coordinator);
  const loaded = await readLoadedChunks(target.nodes, loads);
  const readOpen = async (): Promise<readonly LoadTask[]> =>
    openTasks(tables, await readLoadedChunks(target.nodes, loads));
  const tasks = openTasks(tables, loaded);
  const surroundings: LoadSurroundings = {
    source,
    target,
    migration,
    run: turn.run,
    session: plan.session,
    onMoment,
    jobs: options.jobs,
    readOpen: async ({ load, chunk }) =>
      (await readOpen()).find((one) => one.load === load && one.chunk === chunk),
    watcher: new LoadProgress(tables, loaded, tasks, context),
    throttle,
  };
  await loadRows(tasks, surroundings, context);
  await onMoment('rows loaded', '');
  // What a node that came back had agreed to commit is carried out now: what follows looks at the rows.
  await retrying(context, 'ending what was agreed on', () => recoverPrepared(target.nodes));
  // Whatever was seen and heard so far, it is the journals that count.
  const [left] = await readOpen();
  const emptied = await findEmptied(coordinator, plan.loads, await readLoadedChunks(target.nodes, loads));
  const [relation] = emptied.keys();
  if (relation !== undefined) throw new ChunkChanged(relation);
  if (left) throw new Error(`${left.journalled.relation} was loaded, and its chunk ${left.chunk} was not`);
  await source.ensureHeld();
  await provePlacement(tables, target, guard, context);
  await guard.query('COMMIT');
  await onMoment('placement proven', '');
  return recopied;
}
