-- What a server says of itself in one JSON value: counters, limits, and what it holds back. Sizes come from the
-- file system, without a lock on any table.
SELECT json_build_object(
  'atSeconds', extract(epoch FROM clock_timestamp()),
  'postgresVersion', split_part(current_setting('server_version'), ' ', 1),
  'citusVersion', (SELECT extversion FROM pg_extension WHERE extname = 'citus'),
  'isInRecovery', pg_is_in_recovery(),
  'startedAt', pg_postmaster_start_time(),
  'databaseBytes', pg_database_size(current_database()),
  'maxConnections', current_setting('max_connections')::int,
  'reservedConnections', current_setting('superuser_reserved_connections')::int,
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'tracksCounters', EXISTS (
    SELECT FROM pg_settings WHERE name = 'citus.enable_stat_counters' AND setting = 'on'
  ),
  'tracksTenants', EXISTS (
    SELECT FROM pg_settings WHERE name = 'citus.stat_tenants_track' AND setting <> 'none'
  ),
  'totals', (
    SELECT json_build_object(
      'transactions', xact_commit + xact_rollback,
      'rollbacks', xact_rollback,
      'deadlocks', deadlocks,
      'tuplesRead', tup_fetched,
      'tuplesWritten', tup_inserted + tup_updated + tup_deleted,
      'temporaryBytes', temp_bytes
    )
    FROM pg_stat_database
    WHERE datname = current_database()
  ),
  'cache', (
    SELECT json_build_object(
      'tableHits', coalesce(sum(heap_blks_hit + coalesce(toast_blks_hit, 0)), 0),
      'tableReads', coalesce(sum(heap_blks_read + coalesce(toast_blks_read, 0)), 0),
      'indexHits', coalesce(sum(coalesce(idx_blks_hit, 0) + coalesce(tidx_blks_hit, 0)), 0),
      'indexReads', coalesce(sum(coalesce(idx_blks_read, 0) + coalesce(tidx_blks_read, 0)), 0)
    )
    FROM pg_statio_user_tables
  ),
  'wraparound', (
    SELECT json_build_object(
      'transactionAge', max(age(datfrozenxid)),
      'multixactAge', max(mxid_age(datminmxid)),
      'database', (array_agg(datname ORDER BY age(datfrozenxid) DESC))[1]
    )
    FROM pg_database
  ),
  'prepared', coalesce((
    SELECT json_agg(json_build_object(
      'gid', gid,
      'database', database,
      'owner', owner,
      'ageSeconds', round(extract(epoch FROM clock_timestamp() - prepared)::numeric, 1)
    ) ORDER BY prepared)
    FROM (SELECT * FROM pg_prepared_xacts ORDER BY prepared LIMIT 100) AS oldest
  ), '[]'),
  'slots', coalesce((
    SELECT json_agg(json_build_object(
      'name', slot_name,
      'kind', slot_type,
      'database', database,
      'isActive', active,
      'walStatus', wal_status,
      'retainedBytes', pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
      )
    ) ORDER BY restart_lsn)
    FROM pg_replication_slots
    WHERE NOT temporary
  ), '[]'),
  'standbys', coalesce((
    SELECT json_agg(json_build_object(
      'name', application_name,
      'address', client_addr,
      'state', state,
      'syncState', sync_state,
      'lagBytes', pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, replay_lsn
      ),
      'lagSeconds', round(extract(epoch FROM replay_lag)::numeric, 3)
    ) ORDER BY application_name, pid)
    FROM pg_stat_replication
    -- Logical replication serves shard moves and subscribers, which are no copies of the server.
    WHERE NOT EXISTS (
      SELECT FROM pg_replication_slots slot
      WHERE slot.active_pid = pg_stat_replication.pid AND slot.slot_type = 'logical'
    )
  ), '[]')
) AS value
