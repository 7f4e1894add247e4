-- What a server that is not in the cluster, or not yet, says of itself, as one JSON value: run there through
-- master_run_on_worker. Works without citus, too.
SELECT json_build_object(
  'postgres', split_part(current_setting('server_version'), ' ', 1),
  'database', current_database(),
  'citus', (SELECT extversion FROM pg_extension WHERE extname = 'citus'),
  'walLevel', current_setting('wal_level'),
  'isInRecovery', pg_is_in_recovery(),
  'systemIdentifier', (SELECT system_identifier::text FROM pg_control_system())
)
