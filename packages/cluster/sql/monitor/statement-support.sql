-- Where statements are counted: the schema of pg_stat_statements here, whether the server preloads it, and whether
-- Citus adds the executor and the tenant.
SELECT json_build_object(
  'schema', (
    SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'pg_stat_statements'
  ),
  'isPreloaded', EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max'),
  'citusTracks', coalesce(current_setting('citus.stat_statements_track', true), 'none') <> 'none'
) AS value
