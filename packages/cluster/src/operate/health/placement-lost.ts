import type { Check } from './check.ts';

/** A shard without an active placement on a node of the cluster: its rows are missing from every answer. */
export const placementLost: Check = {
  id: 'placement-lost',
  run: async ({ coordinator }) => {
    const rows = await coordinator.query<{ table: string; shards: number; first: string }>(
      `SELECT logicalrelid::regclass::text AS table, count(*)::int AS shards, min(shardid)::text AS first
       FROM pg_dist_shard shard
       WHERE NOT EXISTS (
         SELECT FROM pg_dist_placement placement JOIN pg_dist_node node USING (groupid)
         WHERE placement.shardid = shard.shardid AND placement.shardstate = 1 AND noderole = 'primary')
       GROUP BY logicalrelid ORDER BY 1`,
    );
    return rows.map(({ table, shards, first }) => ({
      severity: 'error',
      what: `${table} has shards that no node holds`,
      evidence: `${shards} of its shards, e.g. ${first}, have no active row in pg_dist_placement`,
      fix: 'Restore the node that held them from a backup; queries that touch them fail until then.',
    }));
  },
};
