import { EnvironmentError, nameKey, quoteQualifiedName } from '@shardwright/core';
import type { Plan, TableLoad } from '@shardwright/planner';
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
import { CopyFormats } from '../load/copy-format.ts';
import { choosePath, type LoadPath } from '../load/load-path.ts';
import { type DecidedTable, relationOf } from '../load/load-tasks.ts';
import { cutTable } from '../source/chunks.ts';
import type { LiveSource } from '../source/live-source.ts';
import { changeSince } from '../source/unchanged.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { findDoubts, findEmptied, type KnownShards, readKnownShards } from './find-doubts.ts';
import type { OnMoment } from './moments.ts';

interface Parties {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly turn: Turn;
}

interface Wishes {
  readonly chunkBytes: number;
  readonly asked?: LoadPath;
}

/** A table that was emptied, as the source has changed since its chunks were loaded, with what shows it. */
export interface Recopied {
  readonly relation: string;
  readonly why: string;
}

/** How every table is loaded; written down for runs to come. */
export interface DecidedLoads {
  readonly tables: readonly DecidedTable[];
  readonly recopied: readonly Recopied[];
}

/**
 * Decides for each table how it is loaded, or keeps to what an earlier run decided: unless the source has changed
 * since, in which case the table is emptied and begun anew, so that in the end all are of one moment.
 */
export async function decideLoads(
  plan: Plan,
  parties: Parties,
  wishes: Wishes,
  onMoment: OnMoment,
): Promise<DecidedLoads> {
  const { source, target, coordinator, turn } = parties;
  const formats = await CopyFormats.read(source.control, coordinator, plan.loads);
  const before = await readLoads(coordinator);
  refuseUnreachable([...before.values()], target);
  const loaded = await readLoadedChunks(target.nodes, before);
  const shards = await readKnownShards(coordinator, plan.loads);
  const doubts = new Map([
    ...(await findEmptied(coordinator, plan.loads, loaded)),
    ...findDoubts(before, loaded, shards, await findLostJournals(coordinator, turn.journals)),
  ]);
  const changes = await findChanges(plan, source, before, loaded, { shards, doubts });
  const tables: DecidedTable[] = [];
  const begun: DecidedTable[] = [];
  for (const group of byTarget(plan.loads)) {
    const earlier = group.map((load) => before.get(relationOf(load)));
    const isKept = group.every((load, index) => earlier[index] && !changes.has(relationOf(load)));
    const decided = group.map((load, index) => {
      const was = earlier[index];
      return isKept && was
        ? { load, journalled: was }
        : decideLoad(load, was, group, parties, formats, wishes);
    });
    if (!isKept) begun.push(...decided);
    tables.push(...decided);
  }
  if (begun.length > 0) await begin(begun, before.size > 0, parties, onMoment);
  return {
    tables,
    recopied: [...changes].map(([relation, why]) => ({ relation, why })),
  };
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

function decideLoad(
  load: TableLoad,
  earlier: JournalledLoad | undefined,
  group: readonly TableLoad[],
  { source, target }: Parties,
  formats: CopyFormats,
  { asked, chunkBytes }: Wishes,
): DecidedTable {
  const relation = relationOf(load);
  const table = source.tables.get(nameKey(load.source));
  if (!table) throw new Error(`${relation} is planned and not in the source`);
  const format = formats.of(load);
  const bytes = group.reduce((sum, one) => sum + (source.tables.get(nameKey(one.source))?.bytes ?? 0), 0);
  const chosen = choosePath(load, format, bytes, target, asked);
  const journalled: JournalledLoad = {
    relation,
    generation: (earlier?.generation ?? 0) + 1,
    path: chosen.path,
    why: [chosen.why, format.why].filter((text) => text !== '').join('; text, as '),
    format: format.format,
    snapshot: source.snapshot,
    fileNode: table.fileNode,
    ...cutTable(table, chunkBytes, source.version),
    bytes: table.bytes,
  };
  return { load, journalled };
}

/** What was sent to the workers is in their journals, which have to be read. */
export function refuseUnreachable(before: readonly JournalledLoad[], { unreachable }: TargetCluster): void {
  if (unreachable === undefined || before.every(({ path }) => path === 'coordinator')) return;
  throw new EnvironmentError(`an earlier run sent rows to the workers, and now ${unreachable}`, {
    hint: 'Run it from where every worker can be reached.',
  });
}

/**
 * Writes down what was decided for tables, which are emptied with that where rows may be in them. All in one
 * transaction: of tables that depend on one another, none must seem unchanged because another was begun anew already.
 */
async function begin(
  tables: readonly DecidedTable[],
  mayHoldRows: boolean,
  { coordinator, turn }: Parties,
  onMoment: OnMoment,
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

/** What is known of the target besides its journal. */
interface KnownOfTarget {
  readonly shards: KnownShards;
  /** Tables of which the journal is not believed, with the reason. */
  readonly doubts: ReadonlyMap<string, string>;
}

/** Tables that are not what they were when an earlier run read them, and those that are filled from or with them. */
export async function findChanges(
  plan: Pick<Plan, 'loads'>,
  source: LiveSource,
  before: ReadonlyMap<string, JournalledLoad>,
  loaded: readonly LoadedChunk[],
  { shards, doubts }: KnownOfTarget = { shards: new Map(), doubts: new Map() },
): Promise<ReadonlyMap<string, string>> {
  const changes = new Map(doubts);
  if (before.size === 0) return changes;
  const changed: string[] = [];
  const reader = await source.openReader();
  try {
    for (const load of plan.loads) {
      const relation = relationOf(load);
      const earlier = before.get(relation);
      const now = source.tables.get(nameKey(load.source));
      if (!earlier || !now || changes.has(relation)) continue;
      const counts = rowsOfChunks(relation, earlier, loaded, shards.get(relation)?.size);
      const change = await changeSince(reader, load, earlier, now, counts);
      if (change === undefined) continue;
      changes.set(relation, change);
      changed.push(relation);
    }
  } finally {
    await reader.end();
  }
  if (changes.size === 0) return changes;
  for (const load of changed.length > 0 ? plan.loads : []) {
    // A value that comes over a join may come from any table.
    if (/\bLEFT JOIN\b/.test(load.select) && !changes.has(relationOf(load))) {
      changes.set(relationOf(load), 'its distribution column comes from other tables, and some changed');
    }
  }
  spreadOverTargets(plan, changes);
  return changes;
}

/** Tables that share a target are emptied together. */
function spreadOverTargets(plan: Pick<Plan, 'loads'>, changes: Map<string, string>): void {
  const changed = new Set(
    plan.loads.filter((load) => changes.has(relationOf(load))).map(({ target }) => nameKey(target)),
  );
  for (const load of plan.loads) {
    const relation = relationOf(load);
    if (!changed.has(nameKey(load.target)) || changes.has(relation)) continue;
    changes.set(relation, `its rows lie in ${quoteQualifiedName(load.target)}, with others that changed`);
  }
}

/**
 * Rows of every chunk that is loaded as a whole, and of those set aside; those of parts are compared when the rest is
 * loaded.
 */
function rowsOfChunks(
  relation: string,
  { chunks }: JournalledLoad,
  loaded: readonly LoadedChunk[],
  shards: number | undefined,
): ReadonlyMap<number, number> {
  const parts = new Map<number, LoadedChunk[]>();
  for (const one of loaded) {
    if (one.relation !== relation || one.chunk >= chunks) continue;
    parts.set(one.chunk, [...(parts.get(one.chunk) ?? []), one]);
  }
  const counts = new Map<number, number>();
  for (const [chunk, own] of parts) {
    const isWhole = own.some(({ shard }) => shard === '0') || own.length === shards;
    if (!isWhole) continue;
    counts.set(
      chunk,
      own.reduce((sum, { rows }) => sum + rows, 0),
    );
  }
  return counts;
}
