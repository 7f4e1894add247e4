import type { Connection } from '@shardwright/postgres';
import { askNodes } from '../target/ask-nodes.ts';

/**
 * Writes down what every node had seen when every row was loaded, in place of that of an earlier load: whatever a younger
 * transaction writes there is not of the load, and shards that are put elsewhere later have placements of higher numbers.
 */
export async function writeLoadEnd(coordinator: Connection): Promise<void> {
  const groups = await coordinator.query<{ group: number }>(
    `SELECT 0 AS "group" UNION SELECT groupid FROM pg_dist_node WHERE noderole = 'primary' AND isactive`,
  );
  const sql = 'SELECT txid_current_snapshot()::text AS value';
  const snapshots = await askNodes(
    coordinator,
    groups.map(({ group }) => ({ group, sql })),
  );
  const ends = groups.map(({ group }, index) => ({ group, snapshot: snapshots[index] }));
  await coordinator.query(
    `INSERT INTO shardwright.load_end
     SELECT "group", snapshot, (SELECT coalesce(max(placementid), 0) FROM pg_dist_placement)
     FROM json_to_recordset($1) AS ends("group" int, snapshot text)
     ON CONFLICT (group_id) DO UPDATE SET snapshot = excluded.snapshot, last_placement = excluded.last_placement`,
    [JSON.stringify(ends)],
  );
}

/** What a node had seen when every row was loaded. */
export interface LoadEnd {
  /** As `txid_current_snapshot` prints it. */
  readonly snapshot: string;
  /** `pg_dist_placement.placementid`. */
  readonly lastPlacement: number;
}

/** By node, as `pg_dist_node.groupid`; empty where the load never came to its end. */
export async function readLoadEnd(coordinator: Connection): Promise<ReadonlyMap<number, LoadEnd>> {
  const rows = await coordinator.query<{ group: number; snapshot: string; placement: string }>(
    'SELECT group_id AS "group", snapshot, last_placement AS placement FROM shardwright.load_end',
  );
  return new Map(
    rows.map(({ group, snapshot, placement }) => [group, { snapshot, lastPlacement: Number(placement) }]),
  );
}
