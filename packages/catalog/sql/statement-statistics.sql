-- Whether pg_stat_statements is installed here, and where.
select n.nspname as "schema", e.extversion as "version"
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.extname = 'pg_stat_statements'
