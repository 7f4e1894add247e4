import { nameKey, quoteQualifiedName } from '@shardwright/core';
import type { Plan, TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { JournalledLoad, LoadedChunk, Turn } from '../journal/journal.ts';
import { CopyFormats } from '../load/copy-format.ts';
import { choosePath, type LoadPath } from '../load/load-path.ts';
import { type DecidedTable, readsOthers, relationOf } from '../load/load-tasks.ts';
import { cutTable } from '../source/chunks.ts';
import type { LiveSource } from '../source/live-source.ts';
import { changeSince } from '../source/unchanged.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { OnMoment } from './moments.ts';
import { type Decision, readStanding, type Standing, settleLoads } from './settle-loads.ts';

interface Parties {
  readonly source: LiveSource;
  readonly target: TargetCluster;
  readonly coordinator: Connection;
  readonly turn: Turn;
  readonly onMoment: OnMoment;
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
export async function decideLoads(plan: Plan, parties: Parties, wishes: Wishes): Promise<DecidedLoads> {
  const { source, coordinator } = parties;
  const formats = await CopyFormats.read(source.control, coordinator, plan.loads);
  const standing = await readStanding(plan.loads, parties);
  const { before, loaded } = standing;
  const changes = await findChanges(plan, source, before, loaded, standing);
  const tables = await settleLoads({
    loads: plan.loads,
    before,
    changes,
    decide: (load, group) => decideLoad(load, group, parties, formats, wishes),
    parties,
  });
  return {
    tables,
    recopied: [...changes].map(([relation, why]) => ({ relation, why })),
  };
}

function decideLoad(
  load: TableLoad,
  group: readonly TableLoad[],
  { source, target }: Parties,
  formats: CopyFormats,
  { asked, chunkBytes }: Wishes,
): Decision {
  const table = source.tables.get(nameKey(load.source));
  if (!table) throw new Error(`${relationOf(load)} is planned and not in the source`);
  const format = formats.of(load);
  const bytes = group.reduce((sum, one) => sum + (source.tables.get(nameKey(one.source))?.bytes ?? 0), 0);
  const chosen = choosePath(load, format, bytes, target, asked);
  return {
    path: chosen.path,
    why: [chosen.why, format.why].filter((text) => text !== '').join('; text, as '),
    format: format.format,
    snapshot: source.snapshot,
    fileNode: table.fileNode,
    ...cutTable(table, chunkBytes, source.version),
    bytes: table.bytes,
  };
}

/** Tables that are not what they were when an earlier run read them, and those that are filled from or with them. */
export async function findChanges(
  plan: Pick<Plan, 'loads'>,
  source: LiveSource,
  before: ReadonlyMap<string, JournalledLoad>,
  loaded: readonly LoadedChunk[],
  { shards, doubts }: Pick<Standing, 'shards' | 'doubts'> = { shards: new Map(), doubts: new Map() },
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
      if (!earlier || !now) continue;
      const counts = rowsOfChunks(relation, earlier, loaded, shards.get(relation)?.size);
      const change = await changeSince(reader, load, earlier, now, counts);
      if (change === undefined) continue;
      changed.push(relation);
      if (!changes.has(relation)) changes.set(relation, change);
    }
  } finally {
    await reader.end();
  }
  if (changes.size === 0) return changes;
  for (const load of changed.length > 0 ? plan.loads : []) {
    if (readsOthers(load) && !changes.has(relationOf(load))) {
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
