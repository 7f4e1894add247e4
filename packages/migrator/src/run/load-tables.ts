import type { Context } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { forgetLoad, readLoadedChunks, readLoads } from '../journal/journal.ts';
import { ChunkChanged } from '../load/direct/copy-direct.ts';
import { fence } from '../load/direct/fence.ts';
import type { LoadPath } from '../load/load-path.ts';
import { loadRows } from '../load/load-rows.ts';
import { openTasks, relationOf } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import type { LiveSource } from '../source/live-source.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { decideLoads, type Recopied } from './decide-loads.ts';
import { LoadProgress } from './load-progress.ts';
import { provePlacement } from './prove-placement.ts';

/** Who takes part in a load. */
export interface LoadParties {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly migration: string;
}

/** How it is done. */
export interface LoadOptions {
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
  const recopied: Recopied[] = [];
  for (;;) {
    try {
      recopied.push(...(await loadOnce(plan, options, parties, context)));
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
  context: Context,
): Promise<readonly Recopied[]> {
  const { source, target, coordinator, migration } = parties;
  context.emit({ kind: 'phase', phase: 'looking at the source' });
  const { tables: decided, recopied } = await decideLoads(plan, parties, {
    chunkBytes: options.chunkBytes ?? defaultChunkBytes,
    ...(options.load === undefined ? {} : { asked: options.load }),
  });
  await using guard = await openSession(target.coordinator.url, migration);
  const tables = await fence(guard, decided, target.nodes);
  const loads = await readLoads(coordinator);
  const loaded = await readLoadedChunks(target.nodes, loads);
  const tasks = openTasks(tables, loaded);
  await loadRows(
    tasks,
    {
      source,
      target,
      migration,
      jobs: options.jobs,
      readLoaded: async ({ load, chunk }) => {
        const now = await readLoadedChunks(target.nodes, loads);
        const own = now.filter((one) => one.relation === relationOf(load) && one.chunk === chunk);
        return new Map(own.map(({ shard, rows }) => [shard, rows]));
      },
      watcher: new LoadProgress(tables, loaded, tasks, context),
    },
    context,
  );
  await provePlacement(tables, target, guard, context);
  await guard.query('COMMIT');
  return recopied;
}
