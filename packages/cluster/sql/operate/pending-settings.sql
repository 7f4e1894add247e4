-- Settings that a node's configuration files give another value than it runs with, as one JSON array: they wait for
-- its next start, whether it has been told to reload or not. For superusers; others may not look into the files.
SELECT coalesce(json_agg(json_build_object(
  'name', name,
  'running', current_setting(name),
  'next', file.setting
) ORDER BY name), '[]')
FROM pg_settings running
LEFT JOIN (
  SELECT DISTINCT ON (name) name, setting, error
  FROM pg_file_settings
  ORDER BY name, seqno DESC
) file USING (name)
WHERE context = 'postmaster' AND (pending_restart OR file.error = 'setting could not be applied')
