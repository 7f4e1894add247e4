-- What the moves of these shards ($1) carry: each with the shards that are co-located with it, at its largest
-- placement.
WITH sized AS (
  SELECT shardid, max(shard_size)::float8 AS bytes FROM citus_shards GROUP BY shardid
)
SELECT moved.shardid::text AS id,
       coalesce(sum(sized.bytes), 0) AS "sizeBytes"
FROM pg_dist_shard moved
JOIN pg_dist_partition split ON split.logicalrelid = moved.logicalrelid
JOIN pg_dist_partition other
  ON other.logicalrelid = moved.logicalrelid OR (other.colocationid = split.colocationid AND split.colocationid > 0)
JOIN pg_dist_shard companion
  ON companion.logicalrelid = other.logicalrelid AND companion.shardminvalue IS NOT DISTINCT FROM moved.shardminvalue
LEFT JOIN sized ON sized.shardid = companion.shardid
WHERE moved.shardid = ANY ($1::bigint[])
GROUP BY moved.shardid
