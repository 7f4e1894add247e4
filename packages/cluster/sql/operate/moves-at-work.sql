-- How far the moves of running sessions have come, shard by shard.
SELECT shardid::text AS "shardId",
       table_name::text AS "table",
       CASE progress WHEN 0 THEN 'waiting' WHEN 1 THEN 'copying' ELSE 'done' END AS state,
       CASE progress WHEN 1 THEN least(target_shard_size, source_shard_size) WHEN 2 THEN shard_size ELSE 0 END::float8
         AS "copiedBytes",
       shard_size::float8 AS "sizeBytes",
       json_build_object('name', sourcename, 'port', sourceport) AS "from",
       json_build_object('name', targetname, 'port', targetport) AS "to"
FROM get_rebalance_progress()
