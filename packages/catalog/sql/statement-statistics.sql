-- Where pg_stat_statements is installed here, and whether the server counts statements: only then its settings exist.
select
  (
    select n.nspname
    from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements'
  ) as "schema",
  exists (select from pg_settings where name = 'pg_stat_statements.max') as "isPreloaded"
