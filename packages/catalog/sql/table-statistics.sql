-- Sizes, row counts and writes as the server knows them. A partitioned table has none: its partitions do.
select
  c.oid as "oid",
  c.reltuples as "rows",
  pg_table_size(c.oid)::float8 as "bytes",
  -- Without out-of-line values, whose index alone makes an empty table 8 kB.
  pg_relation_size(c.oid) = 0 as "isEmpty",
  pg_indexes_size(c.oid)::float8 as "indexBytes",
  s.n_live_tup::float8 as "liveRows",
  s.n_tup_ins::float8 as "inserts",
  s.n_tup_upd::float8 as "updates",
  s.n_tup_del::float8 as "deletes"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_all_tables s on s.relid = c.oid
where c.relkind = 'r'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
order by c.oid
