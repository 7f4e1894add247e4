-- What the server is, and what the reader has to know before it reads.
select
  current_setting('server_version') as "version",
  current_setting('server_version_num')::int as "versionNumber",
  current_schema() as "defaultSchema",
  -- The table tells Citus from a database that merely has the library loaded.
  to_regclass('pg_catalog.pg_dist_partition') is not null as "isCitus",
  (select extversion from pg_extension where extname = 'citus') as "citusVersion"
