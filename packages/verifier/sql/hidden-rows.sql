-- For every node: tables of Citus that hold rows in their own heap, where no query looks. One JSON text.
SELECT coalesce(json_agg(json_build_object(
  'schema', n.nspname, 'name', c.relname, 'bytes', pg_relation_size(c.oid),
  'rows', pg_stat_get_live_tuples(c.oid),
  -- Pages come with rows: where none is known to have been written, the statistics were lost.
  'lost', pg_stat_get_tuples_inserted(c.oid) = 0 AND pg_stat_get_live_tuples(c.oid) = 0)), '[]')::text
FROM pg_dist_partition p
JOIN pg_class c ON c.oid = p.logicalrelid AND c.relkind = 'r'
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE pg_relation_size(c.oid) > 0;
