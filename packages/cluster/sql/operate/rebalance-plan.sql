-- The moves that would even shards out: one row for all shards of a co-location group that go together.
-- $1 table or null for all, $2 threshold, $3 drain only, $4 strategy; null takes Citus' default.
SELECT array_agg(logicalrelid::text ORDER BY place) AS tables,
       array_agg(plan.shardid::text ORDER BY place) AS "shardIds",
       json_build_object('name', sourcename, 'port', sourceport) AS "from",
       json_build_object('name', targetname, 'port', targetport) AS "to",
       CASE WHEN count(shard_size_now) = count(*) THEN sum(shard_size_now)::float8 END AS "sizeBytes"
FROM get_rebalance_table_shards_plan($1::regclass, threshold := $2::real, drain_only := $3, rebalance_strategy := $4)
  WITH ORDINALITY AS plan (table_name, shardid, shard_size, sourcename, sourceport, targetname, targetport, place)
JOIN pg_dist_shard shard USING (shardid)
JOIN pg_dist_partition partition USING (logicalrelid)
LEFT JOIN LATERAL (
  SELECT sized.shard_size AS shard_size_now
  FROM citus_shards sized
  WHERE sized.shardid = plan.shardid AND sized.nodename = sourcename AND sized.nodeport = sourceport
) size ON true
GROUP BY CASE WHEN colocationid = 0 THEN plan.shardid ELSE -colocationid END,
         shardminvalue, sourcename, sourceport, targetname, targetport
ORDER BY min(place)
