-- Every table that Citus knows, but for partitions, which follow their parents.
SELECT n.nspname AS schema, c.relname AS name, t.citus_table_type AS kind, t.distribution_column AS key,
       t.colocation_id AS "colocationId", t.shard_count::int AS "shardCount"
FROM citus_tables t
JOIN pg_class c ON c.oid = t.table_name
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT c.relispartition;
