import { nameKey, quoteQualifiedName } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { JournalledLoad, LoadedChunk } from '../journal/journal.ts';
import { relationOf } from '../load/load-tasks.ts';

/** Shards of each table that is cut by hash, by the name of its relation in the journal. */
export type KnownShards = ReadonlyMap<string, ReadonlySet<string>>;

/** Shards that the target's tables have now. */
export async function readKnownShards(
  coordinator: Connection,
  loads: readonly TableLoad[],
): Promise<KnownShards> {
  const rows = await coordinator.query<{ relation: string; shard: string }>(
    `SELECT wanted.relation, shardid AS shard FROM json_to_recordset($1) AS wanted(relation text, target text)
     JOIN pg_dist_shard ON logicalrelid = to_regclass(wanted.target)`,
    [
      JSON.stringify(
        loads.map((load) => ({ relation: relationOf(load), target: quoteQualifiedName(load.target) })),
      ),
    ],
  );
  const shards = new Map<string, Set<string>>();
  for (const { relation, shard } of rows) {
    shards.set(relation, (shards.get(relation) ?? new Set()).add(shard));
  }
  return shards;
}

/**
 * Tables of whose rows the journal does not tell the truth any more, as the target changed under it, with what happened.
 * @param lostJournals Nodes that rows may have been written down on, and that are gone.
 */
export function findDoubts(
  before: ReadonlyMap<string, JournalledLoad>,
  loaded: readonly LoadedChunk[],
  shards: KnownShards,
  lostJournals: readonly string[],
): ReadonlyMap<string, string> {
  const doubts = new Map<string, string>();
  for (const [relation, { path }] of before) {
    const own = shards.get(relation);
    const isGone = ({ shard }: LoadedChunk): boolean => shard !== '0' && !own?.has(shard);
    if (path !== 'coordinator' && lostJournals.length > 0) {
      doubts.set(relation, `what was loaded is written on ${lostJournals.join(', ')}, and that is gone`);
    } else if (loaded.some((one) => one.relation === relation && isGone(one))) {
      doubts.set(relation, 'shards that it was loaded into were split or replaced');
    }
  }
  return doubts;
}

/** Unlogged tables of the target that hold other rows than were loaded: a crash of a server empties them. */
export async function findEmptied(
  coordinator: Connection,
  loads: readonly TableLoad[],
  loaded: readonly LoadedChunk[],
): Promise<ReadonlyMap<string, string>> {
  const unlogged = await coordinator.query<{ schema: string; name: string }>(
    `SELECT nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relpersistence = 'u' AND relkind = 'r'
       AND c.oid IN (SELECT to_regclass(value) FROM json_array_elements_text($1))`,
    [JSON.stringify(loads.map(({ target }) => quoteQualifiedName(target)))],
  );
  const emptied = new Map<string, string>();
  for (const table of unlogged) {
    const group = loads.filter(({ target }) => nameKey(target) === nameKey(table)).map(relationOf);
    const expected = loaded.filter(({ relation, chunk }) => group.includes(relation) && chunk >= 0);
    const [found] = await coordinator.query<{ rows: string }>(
      `SELECT count(*) AS rows FROM ${quoteQualifiedName(table)}`,
    );
    if (Number(found?.rows) === expected.reduce((sum, { rows }) => sum + rows, 0)) continue;
    for (const relation of group) emptied.set(relation, 'it is unlogged, and a crash of a server emptied it');
  }
  return emptied;
}
