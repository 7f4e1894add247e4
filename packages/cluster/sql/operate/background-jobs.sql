-- The latest background jobs with their tasks, as JSON; $1 is how many. A task that failed waits as `runnable`
-- for its next try: its message is the error then, as it is for a task that ended in `error`.
SELECT json_build_object(
  'id', job_id,
  'state', job.state,
  'type', job_type,
  'description', description,
  'startedAt', started_at,
  'finishedAt', finished_at,
  'tasks', coalesce((
    SELECT json_agg(json_strip_nulls(json_build_object(
      'id', task_id,
      'state', status,
      'command', command,
      'retries', coalesce(retry_count, 0),
      'retryAt', CASE WHEN status = 'runnable' AND retry_count > 0 THEN not_before END,
      'error', CASE
        WHEN status = 'error' OR (status IN ('runnable', 'running') AND retry_count > 0)
          THEN nullif(trim(split_part(message, E'\nCONTEXT: Citus Background', 1), E' \n'), '')
      END
    )) ORDER BY task_id)
    FROM pg_dist_background_task task
    WHERE task.job_id = job.job_id
  ), '[]')
) AS job
FROM pg_dist_background_job job
ORDER BY job_id DESC
LIMIT $1
