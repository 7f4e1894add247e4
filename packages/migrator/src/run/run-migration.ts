import { type Context, quietContext, UsageError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { dumpSupply, isDump } from '../dump/dump-supply.ts';
import { type LargeObjectChoice, loadLargeObjects } from '../load/large-objects/load-large-objects.ts';
import type { LoadPath } from '../load/load-path.ts';
import { type LiveSource, openLiveSource } from '../source/live-source.ts';
import { refuseChangedSource } from '../source/structure.ts';
import { type CarryOptions, carryOut, newMigration, type RowSupply, type RunResult } from './carry-out.ts';
import { foreignKeySteps, refuseBrokenKeys } from './foreign-keys.ts';
import { loadTables } from './load-tables.ts';
import { type OnMoment, unwatched } from './moments.ts';
import type { ThrottleLimits } from './throttle.ts';

/** What a plan is run on. */
export interface RunOptions extends CarryOptions, ThrottleLimits {
  /** `postgres://…` of the database that was planned for, or a dump of it: a file or a directory archive. */
  readonly source: string;
  /** Default: for each table the fastest that is safe. */
  readonly load?: LoadPath;
  /** Bytes of a table that are copied in one transaction; default 128 MiB, of a dump's rows 8 MiB, and at most 32. */
  readonly chunkBytes?: number;
  /** Whether a live source is asked beforehand for rows that foreign keys of the plan will refuse; default true. */
  readonly countBrokenKeys?: boolean;
  /** Default `carry`; those of a dump are always left behind. */
  readonly largeObjects?: LargeObjectChoice;
}

/**
 * Carries a plan out: from an empty Citus database to one that holds every row of the source once. Killed at any
 * moment and called again, goes on where it was. Throws {@link EnvironmentError} or {@link DatabaseError}.
 */
export async function runMigration(
  plan: Plan,
  options: RunOptions,
  context: Context = quietContext(),
): Promise<RunResult> {
  return await runWatched(plan, options, context, unwatched);
}

/** {@link runMigration}, with somebody told of its moments. */
export async function runWatched(
  plan: Plan,
  options: RunOptions,
  context: Context,
  onMoment: OnMoment,
): Promise<RunResult> {
  const open = async (migration: string, target: string): Promise<RowSupply> => {
    if (isDump(options.source)) return await dumpSupply(plan, options.source, options, context);
    const tables = plan.loads.map((load) => load.source);
    const source = await openLiveSource(options.source, tables, migration, plan.session);
    try {
      if (source.identity === target) {
        throw new UsageError('the source is the target', { hint: 'Name two databases.' });
      }
      // Now that its tables are held: they stay as they are found.
      await refuseChangedSource(plan, options.source, context);
      if (migration === newMigration && options.countBrokenKeys !== false) {
        const leftOut = foreignKeySteps(plan, options.withoutForeignKeys ?? []);
        await refuseBrokenKeys(plan, source, leftOut, context);
      }
      return liveSupply(plan, source, options, context);
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  };
  return await carryOut(plan, options, open, context, onMoment);
}

function liveSupply(plan: Plan, source: LiveSource, options: RunOptions, context: Context): RowSupply {
  return {
    name: source.name,
    identity: source.identity,
    readsFrom: source.control,
    load: async (parties, jobs) => {
      // First, as they may meet others of the target's own.
      await loadLargeObjects(source, parties, { jobs, choice: options.largeObjects ?? 'carry' }, context);
      return await loadTables(plan, { ...options, jobs }, { ...parties, source }, context);
    },
    // By now: that is beyond every row that was read.
    positionOf: async ({ readPosition }) => {
      const [position] = await source.control.query<{ last_value: string; is_called: boolean }>(readPosition);
      return position && { lastValue: position.last_value, isCalled: position.is_called };
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
