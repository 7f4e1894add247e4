-- Which cluster a server with citus believes itself in, as one JSON value: run there through master_run_on_worker.
SELECT json_build_object(
  'groupId', (SELECT groupid FROM pg_dist_local_group),
  'nodes', coalesce((
    SELECT json_agg(json_build_object('id', nodeid, 'groupId', groupid, 'name', nodename, 'port', nodeport))
    FROM pg_dist_node), '[]')
)
