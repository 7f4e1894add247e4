-- Background jobs that run, wait, or ended without success in the last day. A task that failed waits as `runnable`
-- for its next try, and only its message tells.
SELECT coalesce(json_agg(job), '[]') AS value
FROM (
  SELECT json_build_object(
    'id', job_id,
    'state', state,
    'kind', job_type,
    'description', description,
    'startedAt', started_at,
    'finishedAt', finished_at,
    'tasks', (
      SELECT json_object_agg(status, number)
      FROM (
        SELECT status, count(*) AS number
        FROM pg_dist_background_task task
        WHERE task.job_id = job.job_id
        GROUP BY status
      ) AS tasks
    ),
    'errors', coalesce((
      SELECT json_agg(json_build_object(
        'task', task_id,
        'command', left(command, 500),
        'retries', coalesce(retry_count, 0),
        'message', left(trim(split_part(message, E'\nCONTEXT: Citus Background', 1), E' \n'), 1000)
      ) ORDER BY task_id)
      FROM (
        SELECT *
        FROM pg_dist_background_task task
        WHERE task.job_id = job.job_id
          AND (status = 'error' OR (status IN ('runnable', 'running') AND retry_count > 0))
        ORDER BY task_id
        LIMIT 20
      ) AS failed
    ), '[]')
  ) AS job
  FROM pg_dist_background_job job
  WHERE state NOT IN ('finished', 'cancelled')
    AND (finished_at IS NULL OR finished_at > now() - interval '1 day')
  ORDER BY job_id DESC
  LIMIT 20
) AS jobs
