-- Who is asked and who asks, from the coordinator's catalogs alone.
SELECT json_build_object(
  'now', clock_timestamp(),
  'database', current_database(),
  'seesAllSessions', pg_has_role('pg_read_all_stats', 'USAGE'),
  'citusVersion', (regexp_match(citus_version(), 'Citus (\S+)'))[1],
  -- In pg_settings, what the role may not see is missing; current_setting() would fail. 0 stands for
  -- max_connections, and -1 for no limit.
  'poolSize', (
    SELECT CASE setting WHEN '0' THEN current_setting('max_connections')::int ELSE setting::int END
    FROM pg_settings
    WHERE name = 'citus.max_shared_pool_size'
  ),
  'hasCounters', to_regclass('pg_catalog.citus_stat_counters') IS NOT NULL,
  'hasTenants', to_regprocedure('pg_catalog.citus_stat_tenants_local(boolean)') IS NOT NULL,
  'nodes', coalesce((
    SELECT json_agg(json_build_object(
      'id', nodeid,
      'groupId', groupid,
      'name', nodename,
      'port', nodeport,
      'kind', CASE WHEN to_jsonb(node) ->> 'nodeisclone' = 'true' THEN 'clone' ELSE noderole::text END,
      'isActive', isactive,
      'shouldHaveShards', shouldhaveshards,
      'hasMetadata', hasmetadata,
      'isMetadataSynced', metadatasynced
    ) ORDER BY groupid, noderole <> 'primary', nodeid)
    FROM pg_dist_node node
  ), '[]'),
  'self', json_build_object('name', coalesce(
    (SELECT setting FROM pg_settings WHERE name = 'citus.local_hostname'), 'localhost'
  ), 'port', current_setting('port')::int)
) AS value
