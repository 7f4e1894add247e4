-- The nodes of a cluster as its coordinator knows them, with what they hold. Sizes of a node that cannot be
-- reached are null.
WITH sizes AS (
  SELECT nodename, nodeport, sum(shard_size)::float8 AS bytes, bool_or(shard_size IS NULL) AS is_partial
  FROM citus_shards
  GROUP BY nodename, nodeport
), placements AS (
  SELECT placement.groupid,
         count(*) FILTER (WHERE NOT is_everywhere)::int AS shards,
         count(*) FILTER (WHERE is_everywhere)::int AS copies
  FROM pg_dist_placement placement
  JOIN pg_dist_shard USING (shardid)
  JOIN pg_dist_partition USING (logicalrelid),
  LATERAL (SELECT partmethod = 'n' AND repmodel = 't') AS reference(is_everywhere)
  GROUP BY placement.groupid
)
SELECT nodeid AS id,
       node.groupid AS "groupId",
       CASE WHEN node.groupid = 0 THEN 'coordinator' ELSE 'worker' END AS role,
       CASE WHEN to_jsonb(node) ->> 'nodeisclone' = 'true' THEN 'clone' ELSE noderole::text END AS kind,
       nodename AS name,
       nodeport AS port,
       isactive AS "isActive",
       shouldhaveshards AS "shouldHaveShards",
       hasmetadata AS "hasMetadata",
       metadatasynced AS "isMetadataSynced",
       coalesce(placements.shards, 0) AS "shardCount",
       coalesce(placements.copies, 0) AS "referenceCopies",
       CASE
         WHEN noderole <> 'primary' OR is_partial THEN NULL
         ELSE coalesce(sizes.bytes, 0)
       END AS "sizeBytes"
FROM pg_dist_node node
LEFT JOIN sizes USING (nodename, nodeport)
LEFT JOIN placements ON placements.groupid = node.groupid AND noderole = 'primary'
ORDER BY node.groupid, nodeid
