-- On one node, as a JSON array: each of its shards with how many constraints of each kind and indexes it has, equal
-- ones counted together. Names on shards end in the shard's number, so that counts are compared and not names.
SELECT coalesce(json_agg(objects), '[]')
FROM (
  SELECT s.logicalrelid::text AS "table", o.signature, count(*)::int AS shards
  FROM pg_dist_shard s
  JOIN pg_dist_placement p ON p.shardid = s.shardid AND p.groupid = (SELECT groupid FROM pg_dist_local_group)
  CROSS JOIN LATERAL (SELECT to_regclass(shard_name(s.logicalrelid, s.shardid)) AS shard) r
  CROSS JOIN LATERAL (
    SELECT concat_ws(', ',
      (SELECT string_agg(concat(contype, '×', number), ' ' ORDER BY contype)
       FROM (SELECT contype, count(*) AS number FROM pg_constraint
             WHERE conrelid = r.shard AND contype IN ('p', 'u', 'x', 'c', 'f') GROUP BY contype) AS kinds),
      (SELECT 'i×' || count(*) FROM pg_index WHERE indrelid = r.shard)) AS signature
  ) o
  GROUP BY 1, 2
) AS objects
