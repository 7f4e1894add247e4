-- Every placement of every shard, and what the hash of its rows, or the column that a range is of, has to be.
SELECT n.nspname AS schema, c.relname AS name, p.partmethod AS method,
  CASE WHEN p.partkey IS NOT NULL THEN column_to_column_name(p.logicalrelid, p.partkey) END AS "distributionColumn",
  s.shardid::text AS shard,
  -- A name at its full length leaves room for the number by a hash; Citus knows the result.
  shard_name(p.logicalrelid, s.shardid) AS relation,
  s.shardminvalue AS least, s.shardmaxvalue AS most,
  node.groupid = 0 AS "onCoordinator", node.nodename AS host, node.nodeport AS port
FROM pg_dist_partition p
JOIN pg_class c ON c.oid = p.logicalrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_dist_shard s ON s.logicalrelid = p.logicalrelid
JOIN pg_dist_placement placement ON placement.shardid = s.shardid AND placement.shardstate = 1
JOIN pg_dist_node node ON node.groupid = placement.groupid AND node.noderole = 'primary' AND node.isactive
ORDER BY p.logicalrelid, s.shardid, node.groupid;
