-- Every placement of every shard with its size and an estimate of its live rows. Sizes come from citus_shards,
-- null for nodes that cannot be reached; rows are the statistics of the shards themselves, read on their nodes.
SELECT shard.table_name::text AS "table",
       shard.shardid::text AS id,
       shard.citus_table_type AS type,
       shard.colocation_id AS "colocationId",
       shard.nodename AS name,
       shard.nodeport AS port,
       node.nodeid AS "nodeId",
       shard.shard_size::float8 AS "sizeBytes",
       -- null for tables without a distribution column
       CASE WHEN partition.partkey IS NOT NULL
         THEN column_to_column_name(partition.logicalrelid, partition.partkey) END AS "distributionColumn"
FROM citus_shards shard
JOIN pg_dist_partition partition ON partition.logicalrelid = shard.table_name
JOIN pg_dist_node node ON node.nodename = shard.nodename AND node.nodeport = shard.nodeport
WHERE $1::regclass IS NULL OR shard.table_name = $1::regclass
ORDER BY 1, 2, 5, 6
