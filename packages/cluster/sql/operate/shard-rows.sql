-- Live rows of the shards on a node by shard id, as JSON: run on every node through run_command_on_all_nodes.
-- The running count first, since a moved shard has no other; the planner's where the counts were reset.
SELECT coalesce(json_object_agg(shardid, CASE WHEN n_live_tup > 0 THEN n_live_tup ELSE greatest(reltuples, 0) END), '{}')
FROM pg_dist_shard shard
JOIN pg_dist_placement placement USING (shardid)
JOIN pg_dist_local_group local ON local.groupid = placement.groupid
JOIN pg_class relation ON relation.oid = to_regclass(shard_name(shard.logicalrelid, shard.shardid))
LEFT JOIN pg_stat_all_tables statistics ON statistics.relid = relation.oid
