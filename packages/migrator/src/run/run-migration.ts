import { type Context, quietContext, UsageError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { LoadPath } from '../load/load-path.ts';
import { type LiveSource, openLiveSource } from '../source/live-source.ts';
import { refuseChangedSource } from '../source/structure.ts';
import { type CarryOptions, carryOut, type RowSupply, type RunResult } from './carry-out.ts';
import { loadTables } from './load-tables.ts';

/** What a plan is run on. */
export interface RunOptions extends CarryOptions {
  /** `postgres://…` of the database that was planned for. */
  readonly source: string;
  /** Default: for each table the fastest that is safe. */
  readonly load?: LoadPath;
  /** Bytes of a table that are copied in one transaction; default 128 MiB. */
  readonly chunkBytes?: number;
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
  const open = async (migration: string, target: string): Promise<RowSupply> => {
    await refuseChangedSource(plan, options.source, context);
    const tables = plan.loads.map((load) => load.source);
    const source = await openLiveSource(options.source, tables, migration);
    if (source.identity === target) {
      await source[Symbol.asyncDispose]();
      throw new UsageError('the source is the target', { hint: 'Name two databases.' });
    }
    return liveSupply(plan, source, options, context);
  };
  return await carryOut(plan, options, open, context);
}

function liveSupply(plan: Plan, source: LiveSource, options: RunOptions, context: Context): RowSupply {
  return {
    name: source.name,
    identity: source.identity,
    readsFrom: source.control,
    load: (parties, jobs) => loadTables(plan, { ...options, jobs }, { ...parties, source }, context),
    // By now: that is beyond every row that was read.
    positionOf: async ({ readPosition }) => {
      const [position] = await source.control.query<{ last_value: string; is_called: boolean }>(readPosition);
      return position && { lastValue: position.last_value, isCalled: position.is_called };
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
