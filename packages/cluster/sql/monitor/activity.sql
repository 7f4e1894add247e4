-- Sessions of this database at work on one server, who waits for whom, and the locks that matter. A session that
-- works on several servers has the same global pid on each. The sessions' own server knows nothing of the others:
-- the answers of all servers are put together by global pid.
WITH backends AS MATERIALIZED (
  SELECT activity.*, transaction.global_pid, coalesce(transaction.worker_query, false) AS is_worker_query
  FROM pg_stat_activity activity
  LEFT JOIN get_all_active_transactions() AS transaction ON transaction.process_id = activity.pid
  WHERE activity.datname = current_database() AND activity.pid <> pg_backend_pid()
), waits AS MATERIALIZED (
  SELECT backend.pid AS waiting, blocking
  FROM backends backend, unnest(pg_blocking_pids(backend.pid)) AS blocking
  -- Asking who blocks a session stops the lock manager for a moment: only those that wait are asked about.
  WHERE backend.wait_event_type = 'Lock'
), sessions AS (
  SELECT *
  FROM backends
  WHERE (backend_type = 'client backend' AND state <> 'idle')
    OR pid IN (SELECT blocking FROM waits)
    OR pid IN (SELECT waiting FROM waits)
  ORDER BY xact_start
  LIMIT 1000
), locks AS MATERIALIZED (
  SELECT *
  FROM pg_locks
  WHERE (database IS NULL OR database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))
    AND pid IS DISTINCT FROM pg_backend_pid()
    AND locktype <> 'virtualxid'
)
SELECT json_build_object(
  'states', coalesce((
    SELECT json_object_agg(state, number)
    FROM (
      SELECT coalesce(state, 'unknown') AS state, count(*) AS number
      FROM backends
      WHERE backend_type = 'client backend' AND NOT is_worker_query
      GROUP BY 1
    ) AS states
  ), '{}'),
  'sessions', coalesce((
    SELECT json_agg(json_build_object(
      'pid', pid,
      'globalPid', nullif(global_pid, 0)::text,
      'isWorkerQuery', is_worker_query,
      'backendType', backend_type,
      'user', usename,
      'application', application_name,
      'client', coalesce(host(client_addr), client_hostname),
      'state', state,
      'waitType', wait_event_type,
      'waitEvent', wait_event,
      'transactionSeconds', round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, 1),
      'querySeconds', round(extract(epoch FROM clock_timestamp() - query_start)::numeric, 1),
      'stateSeconds', round(extract(epoch FROM clock_timestamp() - state_change)::numeric, 1),
      'query', left(query, 1000)
    ))
    FROM sessions
  ), '[]'),
  'waits', coalesce((
    SELECT json_agg(json_build_object(
      'waiting', waiting,
      -- 0 is a prepared transaction, which has no process.
      'blocking', blocking,
      'lock', concat_ws(' ', wanted.mode, 'on', wanted.locktype, wanted.relation::regclass::text),
      'seconds', round(extract(epoch FROM clock_timestamp() - wanted.waitstart)::numeric, 1)
    ))
    FROM waits
    LEFT JOIN (SELECT DISTINCT ON (pid) * FROM locks WHERE NOT granted ORDER BY pid) AS wanted ON wanted.pid = waiting
  ), '[]'),
  'locks', json_build_object(
    'held', (SELECT count(*) FROM locks WHERE granted),
    'waiting', (SELECT count(*) FROM locks WHERE NOT granted),
    'strong', coalesce((
      SELECT json_agg(json_build_object(
        'pid', pid,
        'mode', mode,
        'relation', relation::regclass::text,
        'isGranted', granted
      ))
      FROM (
        SELECT *
        FROM locks
        WHERE locktype = 'relation'
          AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        ORDER BY granted, mode
        LIMIT 50
      ) AS strongest
    ), '[]')
  )
) AS value
