-- What a node knows about itself, as one JSON value: run on every node through run_command_on_all_nodes.
SELECT json_build_object(
  'postgres', current_setting('server_version'),
  'citus', (SELECT extversion FROM pg_extension WHERE extname = 'citus'),
  'citusLibrary', (regexp_match(citus_version(), 'Citus (\S+)'))[1],
  'isInRecovery', pg_is_in_recovery(),
  'settings', (
    SELECT json_object_agg(name, setting)
    FROM pg_settings
    WHERE name IN (
      'shared_preload_libraries', 'wal_level', 'max_connections', 'max_worker_processes', 'max_parallel_workers',
      'max_replication_slots', 'max_wal_senders', 'max_logical_replication_workers', 'max_prepared_transactions',
      'data_directory'
    )
  ),
  'databases', (SELECT count(*) FROM pg_database WHERE datallowconn AND NOT datistemplate),
  'slots', (SELECT count(*) FROM pg_replication_slots),
  'senders', (SELECT count(*) FROM pg_stat_replication),
  -- Others' sessions are hidden from roles without this one: null is then all that can be said.
  'hasMaintenanceDaemon', CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type LIKE 'Citus Maintenance Daemon%'
  ) END
)
