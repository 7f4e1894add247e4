-- Queries that entered through one server, by whether one shard or several answered, and its connections to others.
SELECT json_build_object(
  'singleShard', query_execution_single_shard,
  'multiShard', query_execution_multi_shard,
  'connectionsOpened', connection_establishment_succeeded,
  'connectionsReused', connection_reused,
  'connectionsFailed', connection_establishment_failed
) AS value
FROM citus_stat_counters
WHERE name = current_database()
