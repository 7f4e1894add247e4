import { EnvironmentError, nameKey, quoteQualifiedName } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import {
  type JournalledLoad,
  type LoadedChunk,
  readLoadedChunks,
  readLoads,
  type Turn,
  writeLoad,
} from '../journal/journal.ts';
import { findLostJournals, holdTurn } from '../journal/turn.ts';
import { type DecidedTable, relationOf } from '../load/load-tasks.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { findDoubts, findEmptied, type KnownShards, readKnownShards } from './find-doubts.ts';
import type { OnMoment } from './moments.ts';

interface SettlingParties {
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly turn: Turn;
  readonly onMoment: OnMoment;
}

/** What earlier runs left on a target. */
export interface Standing {
  /** How tables are loaded, by relation. */
  readonly before: ReadonlyMap<string, JournalledLoad>;
  readonly loaded: readonly LoadedChunk[];
  readonly shards: KnownShards;
  /** Tables of which the journal is not believed, with the reason. */
  readonly doubts: ReadonlyMap<string, string>;
}

/** Reads the journals, and looks whether the target is still what they tell of. Throws {@link EnvironmentError}. */
export async function readStanding(
  loads: readonly TableLoad[],
  { target, coordinator, turn }: Omit<SettlingParties, 'onMoment'>,
): Promise<Standing> {
  const before = await readLoads(coordinator);
  refuseUnreachable([...before.values()], target);
  const loaded = await readLoadedChunks(target.nodes, before);
  const shards = await readKnownShards(coordinator, loads);
  const doubts = new Map([
    ...(await findEmptied(coordinator, loads, loaded)),
    ...findDoubts(before, loaded, shards, await findLostJournals(coordinator, turn.journals)),
  ]);
  return { before, loaded, shards, doubts };
}

/** What was sent to the workers is in their journals, which have to be read. */
function refuseUnreachable(before: readonly JournalledLoad[], { unreachable }: TargetCluster): void {
  if (unreachable === undefined || before.every(({ path }) => path === 'coordinator')) return;
  throw new EnvironmentError(`an earlier run sent rows to the workers, and now ${unreachable}`, {
    hint: 'Run it from where every worker can be reached.',
  });
}

/** How a table is to be loaded. */
export type Decision = Omit<JournalledLoad, 'relation' | 'generation'>;

/** What {@link settleLoads} goes by. */
export interface Settlement {
  readonly loads: readonly TableLoad[];
  readonly before: ReadonlyMap<string, JournalledLoad>;
  /** Tables that cannot be kept as they are, by relation. */
  readonly changes: ReadonlyMap<string, string>;
  /** Asked for tables that are begun; `group` are those whose rows go into the same of the target, itself among them. */
  readonly decide: (load: TableLoad, group: readonly TableLoad[]) => Decision;
  readonly parties: SettlingParties;
}

/**
 * Keeps to what an earlier run decided for tables, or empties and begins them anew, and writes that down. Gives the
 * tables in their order.
 */
export async function settleLoads({
  loads,
  before,
  changes,
  decide,
  parties,
}: Settlement): Promise<readonly DecidedTable[]> {
  const kept: DecidedTable[] = [];
  const begun: DecidedTable[] = [];
  for (const group of byTarget(loads)) {
    const isKept = group.every((load) => before.has(relationOf(load)) && !changes.has(relationOf(load)));
    for (const load of group) {
      const relation = relationOf(load);
      const earlier = before.get(relation);
      if (isKept && earlier) kept.push({ load, journalled: earlier });
      else {
        const generation = (earlier?.generation ?? 0) + 1;
        begun.push({ load, journalled: { relation, generation, ...decide(load, group) } });
      }
    }
  }
  if (begun.length > 0) await begin(begun, before.size > 0, parties);
  await parties.onMoment('tables decided', '');
  const tables = [...kept, ...begun];
  return loads.flatMap((load) => tables.filter((table) => table.load === load));
}

/** Several tables of the source may share one of the target: they are emptied together and take one path. */
function byTarget(loads: readonly TableLoad[]): readonly (readonly TableLoad[])[] {
  const groups = new Map<string, TableLoad[]>();
  for (const load of loads) {
    const key = nameKey(load.target);
    groups.set(key, [...(groups.get(key) ?? []), load]);
  }
  return [...groups.values()];
}

/**
 * Writes down what was decided for tables, which are emptied with that where rows may be in them. All in one
 * transaction: of tables that depend on one another, none must seem unchanged because another was begun anew already.
 */
async function begin(
  tables: readonly DecidedTable[],
  mayHoldRows: boolean,
  { coordinator, turn, onMoment }: SettlingParties,
): Promise<void> {
  const targets = [...new Set(tables.map(({ load }) => quoteQualifiedName(load.target)))];
  const relations = tables.map(({ journalled }) => journalled.relation);
  await coordinator.query("BEGIN; SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
  try {
    await holdTurn(coordinator, turn.run);
    if (mayHoldRows) {
      await coordinator.query(`TRUNCATE ${targets.join(', ')}`);
      await onMoment('recopy: emptied', targets.join(', '));
    }
    await coordinator.query('DELETE FROM shardwright.quarantine WHERE relation = ANY ($1)', [relations]);
    await coordinator.query('DELETE FROM shardwright.node WHERE id <> ALL ($1)', [turn.journals]);
    for (const { journalled } of tables) await writeLoad(coordinator, journalled);
    await coordinator.query('COMMIT');
  } catch (error) {
    await coordinator.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
