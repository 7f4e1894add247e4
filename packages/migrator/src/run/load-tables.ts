import type { Context } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { forgetLoad, type JournalledLoad, readLoadedChunks, readLoads } from '../journal/journal.ts';
import { ChunkChanged } from '../load/direct/copy-direct.ts';
import { fence } from '../load/direct/fence.ts';
import type { LoadPath } from '../load/load-path.ts';
import { loadRows } from '../load/load-rows.ts';
import { openTasks, relationOf, type TableAtWork } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import type { LiveSource } from '../source/live-source.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { decideLoads, type Recopied } from './decide-loads.ts';
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
  const tasks = openTasks(tables, await readLoadedChunks(target.nodes, loads));
  const progress = new LoadProgress(tables, context);
  progress.begin(tasks.map(({ journalled }) => journalled));
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
      onLoaded: ([first]) => progress.add(first?.relation),
    },
    context,
  );
  await provePlacement(tables, target, guard, context);
  await guard.query('COMMIT');
  return recopied;
}

/** Tells how far a load is, by the bytes that the source holds. */
class LoadProgress {
  readonly #context: Context;
  readonly #total: number;
  readonly #bytesOfChunk: ReadonlyMap<string, number>;
  #done: number;

  constructor(tables: readonly TableAtWork[], context: Context) {
    this.#context = context;
    this.#total = tables.reduce((sum, { journalled }) => sum + journalled.bytes, 0);
    this.#bytesOfChunk = new Map(
      tables.map(({ journalled: { relation, bytes, chunks } }) => [relation, bytes / chunks]),
    );
    this.#done = this.#total;
  }

  begin(open: readonly JournalledLoad[]): void {
    for (const { relation } of open) this.#done -= this.#bytesOfChunk.get(relation) ?? 0;
    this.#tell();
  }

  add(relation: string | undefined): void {
    if (relation === undefined) return;
    this.#done += this.#bytesOfChunk.get(relation) ?? 0;
    this.#tell(relation);
  }

  #tell(subject?: string): void {
    this.#context.emit({
      kind: 'progress',
      phase: 'loading rows',
      done: Math.min(this.#total, Math.max(0, Math.round(this.#done))),
      total: this.#total,
      unit: 'bytes',
      ...(subject === undefined ? {} : { subject }),
    });
  }
}
