-- Placements that are not in use, and what moves and splits left to be cleaned up; from the coordinator's catalogs.
SELECT json_build_object(
  'placements', (SELECT count(*) FROM pg_dist_placement),
  'inactive', coalesce((
    SELECT json_agg(json_build_object(
      'shard', shardid::text,
      'table', format('%I.%I', nspname, relname),
      'groupId', groupid,
      'state', shardstate
    ) ORDER BY shardid)
    FROM (
      SELECT *
      FROM pg_dist_placement
      JOIN pg_dist_shard USING (shardid)
      JOIN pg_class ON pg_class.oid = logicalrelid
      JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE shardstate <> 1
      LIMIT 100
    ) AS inactive
  ), '[]'),
  'leftovers', coalesce((
    SELECT json_agg(json_build_object(
      'record', record_id::text,
      'kind', CASE object_type
        WHEN 1 THEN 'shard' WHEN 2 THEN 'subscription' WHEN 3 THEN 'replication slot' WHEN 4 THEN 'publication'
        WHEN 5 THEN 'user' WHEN 6 THEN 'database' ELSE 'object'
      END,
      'name', object_name,
      'groupId', node_group_id,
      -- The operation that may still need it holds an advisory lock of this class on its number.
      'isInUse', EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 10
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (classid::bigint << 32) + objid::bigint = operation_id
      )
    ) ORDER BY record_id)
    FROM (SELECT * FROM pg_dist_cleanup ORDER BY record_id LIMIT 1000) AS oldest
  ), '[]')
) AS value
