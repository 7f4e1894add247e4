-- Where statements are counted: the schema of pg_stat_statements here, whether the server preloads it, and whether
-- Citus adds the executor and the tenant.
SELECT json_build_object(
  'schema', (
    SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'pg_stat_statements'
  ),
  'isPreloaded', EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max'),
  'citusTracks', EXISTS (
    SELECT FROM pg_settings WHERE name = 'citus.stat_statements_track' AND setting <> 'none'
  )
) AS value
