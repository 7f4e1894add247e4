-- What one server did for which tenants in this period and the last, busiest first.
SELECT coalesce(json_agg(json_build_object(
  'colocationId', colocation_id,
  'tenant', tenant_attribute,
  'readsNow', read_count_in_this_period,
  'readsBefore', read_count_in_last_period,
  'queriesNow', query_count_in_this_period,
  'queriesBefore', query_count_in_last_period,
  'cpuSecondsNow', cpu_usage_in_this_period,
  'cpuSecondsBefore', cpu_usage_in_last_period
)), '[]') AS value
FROM citus_stat_tenants_local(true)
