-- As pending-settings.sql, without what only the files tell: the value to come, and what was not reloaded yet.
SELECT coalesce(json_agg(json_build_object(
  'name', name,
  'running', current_setting(name),
  'next', NULL
) ORDER BY name), '[]')
FROM pg_settings
WHERE pending_restart
