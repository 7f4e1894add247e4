import type { CitusNode } from '@shardwright/cluster';
import { nameKey, type QualifiedName, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { Plan, PlannedTable } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { readLoadedChunks, readLoads } from '../journal/journal.ts';
import { type LoadEnd, readLoadEnd } from '../journal/load-end.ts';
import { relationOf } from '../load/load-tasks.ts';
import { shardsSql } from '../sql-files.ts';
import { askNodes } from '../target/ask-nodes.ts';
import { youngerThan } from './younger-than.ts';

/** The rows of a table of the target, against what was loaded into it. */
export interface TableRows extends QualifiedName {
  readonly rows: number;
  readonly loaded: number;
  /** Of `rows`, those that a transaction wrote after the load; absent where that cannot be told. */
  readonly written?: number;
  /** Of `loaded`, those that are not there any more as they were; absent with `written`. */
  readonly lost?: number;
  /** Shards that were moved, split or copied since, so that the age of their rows says nothing. */
  readonly movedShards: number;
}

/** Whether a table may hold, or miss, what somebody wrote to it after it was loaded. */
export function isWritten({ rows, loaded, written = 0, movedShards }: TableRows): boolean {
  return rows !== loaded || written > 0 || movedShards > 0;
}

/** Whose rows are counted. */
export interface RowsToCount {
  readonly plan: Plan;
  /** Those that the migration made. */
  readonly tables: readonly PlannedTable[];
  /** Whether a rollback has begun: it may have copied local tables, as Citus lets them go from its metadata. */
  readonly isBegun: boolean;
}

interface TargetTable extends QualifiedName {
  readonly oid: string;
  readonly isShared: boolean;
  readonly isLocal: boolean;
}

interface ShardPlace {
  readonly table: string;
  readonly placement: string;
  readonly group: number;
  readonly relation: string;
}

/**
 * Counts every row of every table that is there, on the nodes where they lie, and those that younger transactions than
 * the load's wrote. Throws {@link DatabaseError} when a node does not answer.
 */
export async function countRows(
  { plan, tables: made, isBegun }: RowsToCount,
  coordinator: Connection,
  nodes: readonly CitusNode[],
): Promise<readonly TableRows[]> {
  const ends = await readLoadEnd(coordinator);
  const loaded = await loadedRows(plan, coordinator, nodes);
  const tables = await coordinator.query<TargetTable>(
    `SELECT c.oid::text AS oid, nspname AS schema, relname AS name, logicalrelid IS NOT NULL AS "isShared", "isLocal"
     FROM json_to_recordset($1) AS made(schema text, name text, "isLocal" boolean)
     JOIN pg_namespace n ON n.nspname = made.schema
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = made.name AND c.relkind = 'r'
     LEFT JOIN pg_dist_partition ON logicalrelid = c.oid
     ORDER BY schema, name`,
    [
      JSON.stringify(
        made.map(({ schema, name, strategy }) => ({ schema, name, isLocal: strategy === 'local' })),
      ),
    ],
  );
  const shared = tables.filter(({ isShared }) => isShared).map(({ oid }) => oid);
  const shards = await coordinator.query<ShardPlace>(shardsSql, [shared]);
  const places = new Map(
    tables.map((table) => [
      table,
      table.isShared
        ? shards.filter((shard) => shard.table === table.oid)
        : [{ table: table.oid, placement: '0', group: 0, relation: `ONLY ${quoteQualifiedName(table)}` }],
    ]),
  );
  const counts = await countPlaces([...places.values()].flat(), ends, coordinator);
  return tables.map((table) => {
    const { schema, name, oid, isLocal } = table;
    const isTold = ends.size > 0 && !(isLocal && isBegun);
    // A foreign key may have taken a local table into Citus' metadata after the load: it becomes the shard as it is.
    const moved = isLocal || !isTold ? [] : (places.get(table) ?? []).filter((place) => isMoved(place, ends));
    const { rows, young } = counts.get(oid) ?? { rows: 0, young: 0 };
    const found = { rows, young, loaded: loaded.get(nameKey(table)) ?? 0, movedShards: moved.length };
    return { schema, name, ...compared(found, isTold) };
  });
}

interface Counted {
  readonly rows: number;
  readonly young: number;
}

function compared(
  { rows, young, loaded, movedShards }: Counted & Pick<TableRows, 'loaded' | 'movedShards'>,
  isTold: boolean,
): Omit<TableRows, 'schema' | 'name'> {
  if (!isTold || movedShards > 0) return { rows, loaded, movedShards };
  return { rows, loaded, written: young, lost: loaded - (rows - young), movedShards };
}

function isMoved({ placement, group }: ShardPlace, ends: ReadonlyMap<number, LoadEnd>): boolean {
  const end = ends.get(group);
  return end === undefined || Number(placement) > end.lastPlacement;
}

// Each is a part of one statement, and those of a few thousand are more than a server's stack takes.
const placesAtOnce = 200;

/** By table. Nodes count their own, all at once, each one shard after the other. */
async function countPlaces(
  places: readonly ShardPlace[],
  ends: ReadonlyMap<number, LoadEnd>,
  coordinator: Connection,
): Promise<ReadonlyMap<string, Counted>> {
  const groups = [...new Set(places.map(({ group }) => group))];
  const questions = groups.flatMap((group) => {
    const own = places.filter((place) => place.group === group);
    const isYoung = youngerThan(ends.get(group));
    return Array.from({ length: Math.ceil(own.length / placesAtOnce) }, (_, round) => ({
      group,
      round,
      sql: countSql(own.slice(round * placesAtOnce, (round + 1) * placesAtOnce), isYoung),
    }));
  });
  const counts = new Map<string, Counted>();
  for (const round of new Set(questions.map((question) => question.round))) {
    const answers = await askNodes(
      coordinator,
      questions.filter((question) => question.round === round),
    );
    for (const [table, rows, young] of answers.flatMap((answer): [string, number, number][] =>
      JSON.parse(answer),
    )) {
      const before = counts.get(table) ?? { rows: 0, young: 0 };
      counts.set(table, { rows: before.rows + rows, young: before.young + young });
    }
  }
  return counts;
}

function countSql(places: readonly ShardPlace[], isYoung: string): string {
  const counts = places.map(
    ({ table, relation }) =>
      `SELECT ${quoteLiteral(table)} AS "table", count(*) AS rows, count(*) FILTER (WHERE ${isYoung}) AS young FROM ${relation}`,
  );
  return `SELECT json_agg(json_build_array("table", rows, young))::text AS value FROM (${counts.join(' UNION ALL ')}) AS shards`;
}

/** By table of the target, as the journal has them; several tables of the source may share one. */
async function loadedRows(
  plan: Plan,
  coordinator: Connection,
  nodes: readonly CitusNode[],
): Promise<ReadonlyMap<string, number>> {
  const loads = await readLoads(coordinator);
  const rows = new Map<string, number>();
  if (loads.size === 0) return rows;
  const targets = new Map(plan.loads.map((load) => [relationOf(load), nameKey(load.target)]));
  for (const one of await readLoadedChunks(nodes, loads)) {
    const key = targets.get(one.relation);
    if (key !== undefined && one.chunk >= 0) rows.set(key, (rows.get(key) ?? 0) + one.rows);
  }
  return rows;
}
