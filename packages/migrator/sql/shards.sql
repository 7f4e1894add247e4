-- On the coordinator: of each shard of the tables ($1, oids) the placement that was made first, and where it lies.
SELECT DISTINCT ON (s.shardid)
  logicalrelid::oid::text AS "table", s.shardid AS shard, placementid AS placement, p.groupid AS "group",
  -- Citus leaves out the schema where it is public.
  CASE nspname WHEN 'public' THEN 'public.' ELSE '' END || shard_name(logicalrelid, s.shardid) AS relation
FROM pg_dist_shard s JOIN pg_dist_placement p ON p.shardid = s.shardid
JOIN pg_class c ON c.oid = logicalrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE logicalrelid::oid = ANY ($1)
ORDER BY s.shardid, placementid
