import { type Case, type Chapter, given } from '../conformance-case.test-support.ts';
import { orders, placements } from './shop.test-support.ts';

const emptyWorker2 = `SELECT citus_remove_node('worker-2', 5432);
${orders};
SELECT citus_add_node('worker-2', 5432)`;

const manyShards = `CREATE TABLE orders (customer_id bigint PRIMARY KEY);
SELECT create_distributed_table('orders', 'customer_id', shard_count := 16)`;

const replica = { wal_level: 'replica' };

const cases: readonly Case[] = [
  {
    id: 'rebalance-with-wal-level-replica',
    form: 'wrong',
    claim:
      'Without wal_level logical a rebalance is accepted and stays running; the error hides in its details.',
    place: { kind: 'cluster', workers: 2, settings: { coordinator: replica, worker: replica } },
    steps: [
      given(emptyWorker2),
      'SHOW wal_level',
      'SELECT citus_rebalance_start()',
      {
        kind: 'wait',
        until: `(SELECT bool_or(message LIKE '%ERROR%') FROM pg_dist_background_task)`,
      },
      'SELECT job_id, state, job_type FROM citus_rebalance_status()',
      `SELECT (task #>> '{retried}')::int > 0 AS retried, task #>> '{message}' AS message
       FROM citus_rebalance_status(), jsonb_array_elements(details -> 'tasks') AS task`,
      given('SELECT citus_rebalance_stop()'),
      placements,
    ],
  },
  {
    id: 'rebalance-with-wal-level-logical',
    form: 'right',
    claim: 'With it on every node, shards move while they are written to.',
    place: { kind: 'database', citus: 'registered' },
    steps: [
      given(emptyWorker2),
      'SELECT success, result AS wal_level FROM run_command_on_all_nodes($$SHOW wal_level$$)',
      "SELECT citus_rebalance_start(shard_transfer_mode => 'force_logical')",
      given('SELECT citus_rebalance_wait()'),
      'SELECT job_id, state, job_type FROM citus_rebalance_status()',
      placements,
    ],
  },
  {
    id: 'worker-connections-below-coordinator',
    form: 'wrong',
    claim:
      'A worker with fewer connections than the coordinator wants makes queries fail after a wait, and the message does not say why.',
    place: {
      kind: 'cluster',
      workers: 1,
      settings: { coordinator: { max_connections: 100 }, worker: { max_connections: 8 } },
    },
    steps: [
      given(manyShards),
      given('SET citus.force_max_query_parallelization = on'),
      given("SET citus.node_connection_timeout = '1s'"),
      'SELECT count(*) FROM orders',
    ],
  },
  {
    id: 'worker-connections-above-coordinator',
    form: 'right',
    claim: 'With more connections on the worker than on the coordinator it runs.',
    place: {
      kind: 'cluster',
      workers: 1,
      settings: { coordinator: { max_connections: 100 }, worker: { max_connections: 150 } },
    },
    steps: [
      given(manyShards),
      given('SET citus.force_max_query_parallelization = on'),
      'SELECT count(*) FROM orders',
    ],
  },
  {
    id: 'register-workers-by-port',
    form: 'right',
    claim:
      'Workers are registered by host and port; citus_check_cluster_node_health proves that all reach all.',
    place: { kind: 'database', citus: 'installed' },
    steps: [
      given("SELECT citus_set_coordinator_host('coordinator', 5432)"),
      "SELECT citus_add_node('worker-1', 5432)",
      "SELECT citus_add_node('worker-2', 5432)",
      'SELECT * FROM citus_get_active_worker_nodes() ORDER BY 1, 2',
      'SELECT count(*) AS links, bool_and(result) AS healthy FROM citus_check_cluster_node_health()',
    ],
  },
  {
    id: 'add-node-twice',
    form: 'right',
    claim: 'Adding a node that is registered already changes nothing and returns its id.',
    steps: [
      'SELECT nodeid, nodename, nodeport FROM pg_dist_node WHERE groupid > 0 ORDER BY nodeid',
      "SELECT citus_add_node('worker-1', 5432)",
    ],
  },
];

const files = 'it is about files that are written, which no statement shows';

/** A generator of a coordinator and N workers on one machine. */
export const generator: Chapter = {
  name: 'generator',
  title: 'A cluster generator for one machine',
  cases,
  notRun: [
    { what: 'options and prompts of `setup`, the generated password, refusal to overwrite', why: files },
    { what: 'generated .env, docker-compose.yml, configuration and init SQL', why: files },
    { what: 'a data volume per node', why: 'it is about containers' },
  ],
};
