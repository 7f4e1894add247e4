-- Bytes of the shards on one server, per table. Measuring takes an ACCESS SHARE lock on each shard: those that
-- somebody locks exclusively are left out, and none is waited for longer than 200 ms.
WITH patience AS MATERIALIZED (
  SELECT set_config('lock_timeout', '200ms', true)
), placed AS MATERIALIZED (
  SELECT shard.logicalrelid, shard.shardid, to_regclass(shard_name(shard.logicalrelid, shard.shardid)) AS relation
  FROM pg_dist_placement placement
  JOIN pg_dist_shard shard USING (shardid)
  WHERE placement.groupid = (SELECT groupid FROM pg_dist_local_group)
), locked AS MATERIALIZED (
  SELECT relation
  FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
), measured AS (
  SELECT placed.*, CASE
    WHEN relation IS NOT NULL AND relation NOT IN (SELECT locked.relation FROM locked)
      THEN pg_total_relation_size(relation)
  END AS bytes
  FROM patience, placed
)
SELECT coalesce(json_agg(tables), '[]') AS value
FROM (
  SELECT format('%I.%I', namespace.nspname, class.relname) AS table,
         CASE
           WHEN partition.partmethod = 'h' THEN 'distributed'
           WHEN partition.partmethod = 'n' AND partition.repmodel = 't' THEN 'reference'
           WHEN partition.partmethod = 'n' AND partition.colocationid <> 0 THEN 'single-shard'
           WHEN partition.partmethod = 'n' THEN 'local'
           ELSE 'distributed'
         END AS kind,
         count(*) AS shards,
         count(*) FILTER (WHERE bytes IS NULL) AS unmeasured,
         coalesce(sum(bytes), 0) AS bytes,
         coalesce(max(bytes), 0) AS "largestBytes",
         (array_agg(shardid ORDER BY bytes DESC NULLS LAST))[1]::text AS "largestShard"
  FROM measured
  JOIN pg_dist_partition partition USING (logicalrelid)
  JOIN pg_class class ON class.oid = logicalrelid
  JOIN pg_namespace namespace ON namespace.oid = class.relnamespace
  GROUP BY 1, 2
) AS tables
