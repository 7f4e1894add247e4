-- Tables whose statistics this role may not see: pg_stats shows columns that one may read.
select count(*)::int as "tables"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and not has_any_column_privilege(c.oid, 'SELECT')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and n.nspname::text = any (coalesce(nullif(current_setting('shardwright.schemas', true), '')::text[], array[n.nspname::text]))
