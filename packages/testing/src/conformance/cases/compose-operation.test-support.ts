import { ask, type Case, given } from '../conformance-case.test-support.ts';
import { fourOrders, orders, placements } from './shop.test-support.ts';

const catalogs: readonly Case[] = [
  {
    id: 'shardstate-of-pg-dist-shard',
    form: 'wrong',
    claim: 'pg_dist_shard has no column shardstate.',
    steps: [given(orders), 'SELECT shardid, shardstate FROM pg_dist_shard'],
  },
  {
    id: 'shardstate-of-pg-dist-placement',
    form: 'right',
    claim: 'The state belongs to a placement; 1 is active.',
    steps: [given(orders), 'SELECT shardid, shardstate FROM pg_dist_placement ORDER BY shardid'],
  },
  {
    id: 'statio-tablename',
    form: 'wrong',
    claim: 'pg_statio_user_tables has no column tablename.',
    steps: ['SELECT tablename, heap_blks_read, heap_blks_hit FROM pg_statio_user_tables'],
  },
  {
    id: 'statio-relname',
    form: 'wrong',
    claim:
      'With relname the view answers, but of a distributed table it sees only the empty shell on the coordinator.',
    steps: [
      given(orders),
      given(fourOrders),
      given('SELECT count(*) FROM orders'),
      "SELECT relname, heap_blks_read, heap_blks_hit FROM pg_statio_user_tables WHERE relname = 'orders'",
    ],
  },
  {
    id: 'statio-of-shards',
    form: 'right',
    claim: 'The shards tell what was read, each on its node.',
    steps: [
      given(orders),
      given(fourOrders),
      {
        kind: 'wait',
        until: `(SELECT bool_and(result = 't') FROM run_command_on_shards('orders',
           'SELECT heap_blks_read + heap_blks_hit > 0 FROM pg_statio_user_tables WHERE relid = ''%s''::regclass'))`,
      },
      `SELECT shardid, success, result AS was_read FROM run_command_on_shards('orders',
         'SELECT heap_blks_read + heap_blks_hit > 0 FROM pg_statio_user_tables WHERE relid = ''%s''::regclass')
       ORDER BY shardid`,
    ],
  },
];

const statements: readonly Case[] = [
  {
    id: 'preload-citus-second',
    form: 'wrong',
    claim: 'A server that is to load something before Citus does not start.',
    place: {
      kind: 'cluster',
      workers: 0,
      settings: { coordinator: { shared_preload_libraries: 'pg_stat_statements,citus' } },
    },
    steps: ['SHOW shared_preload_libraries'],
  },
  {
    id: 'preload-without-pg-stat-statements',
    form: 'wrong',
    claim: 'The extension alone gathers nothing when its library is not preloaded.',
    place: { kind: 'cluster', workers: 0, settings: { coordinator: { shared_preload_libraries: 'citus' } } },
    steps: [given('CREATE EXTENSION pg_stat_statements'), 'SELECT count(*) FROM pg_stat_statements'],
  },
  {
    id: 'preload-citus-first',
    form: 'right',
    claim: 'Citus first, then pg_stat_statements.',
    steps: [
      "SELECT split_part(current_setting('shared_preload_libraries'), ',', 1) AS first",
      'CREATE EXTENSION pg_stat_statements',
      'SELECT count(*) > 0 AS gathers FROM pg_stat_statements',
      given('DROP EXTENSION pg_stat_statements'),
    ],
  },
  {
    id: 'create-extension-on-worker',
    form: 'wrong',
    claim: 'Once a worker is registered, extensions are not made on it.',
    steps: [ask('worker-1', 'CREATE EXTENSION pg_trgm')],
  },
  {
    id: 'create-extension-on-coordinator',
    form: 'right',
    claim: 'Made on the coordinator, an extension reaches every node.',
    steps: [
      'CREATE EXTENSION pg_trgm',
      `SELECT success, result FROM run_command_on_all_nodes($$SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'$$)`,
      given('DROP EXTENSION pg_trgm'),
    ],
  },
];

const queries: readonly Case[] = [
  {
    id: 'query-without-distribution-column',
    form: 'right',
    claim: 'Queries need not name the distribution column; without it they run on all shards.',
    steps: [
      given(orders),
      given(fourOrders),
      'SELECT count(*), sum(total) FROM orders WHERE total > 15',
      'EXPLAIN (COSTS off) SELECT count(*), sum(total) FROM orders WHERE total > 15',
    ],
  },
  {
    id: 'query-with-distribution-column',
    form: 'right',
    claim: 'With it they run on one.',
    steps: [
      given(orders),
      given(fourOrders),
      'SELECT total FROM orders WHERE customer_id = 3',
      'EXPLAIN (COSTS off) SELECT total FROM orders WHERE customer_id = 3',
    ],
  },
];

const onlyWorker1 = `SELECT citus_remove_node('worker-2', 5432)`;

const shards: readonly Case[] = [
  {
    id: 'rebalance-moves-shards',
    form: 'right',
    claim: 'A new node gets shards by a rebalance; the table keeps its shards and is not distributed again.',
    place: { kind: 'database', citus: 'registered' },
    steps: [
      given(onlyWorker1),
      given(orders),
      given(fourOrders),
      placements,
      given("SELECT citus_add_node('worker-2', 5432)"),
      placements,
      "SELECT table_name, shardid, sourcename, sourceport, targetname, targetport FROM get_rebalance_table_shards_plan('orders')",
      "SELECT citus_rebalance_start(shard_transfer_mode => 'block_writes')",
      given('SELECT citus_rebalance_wait()'),
      'SELECT job_id, state, job_type, description FROM citus_rebalance_status()',
      placements,
      'SELECT shardid FROM pg_dist_shard ORDER BY shardid',
      'SELECT count(*), sum(total) FROM orders',
    ],
  },
  {
    id: 'rebalance-one-table',
    form: 'right',
    claim: 'One table, with all that is co-located with it, can be rebalanced by itself, in the foreground.',
    place: { kind: 'database', citus: 'registered' },
    steps: [
      given(onlyWorker1),
      given(orders),
      given("SELECT citus_add_node('worker-2', 5432)"),
      "SELECT rebalance_table_shards('orders', shard_transfer_mode => 'block_writes')",
      placements,
    ],
  },
  {
    id: 'remove-node-with-shards',
    form: 'wrong',
    claim: 'A node that holds shards cannot be removed.',
    steps: [given(orders), "SELECT citus_remove_node('worker-2', 5432)"],
  },
  {
    id: 'drain-and-remove-node',
    form: 'right',
    claim: 'Drained first, it can; added again after that, it takes shards again.',
    place: { kind: 'database', citus: 'registered' },
    steps: [
      given(orders),
      "SELECT citus_drain_node('worker-2', 5432, shard_transfer_mode => 'block_writes')",
      placements,
      "SELECT citus_remove_node('worker-2', 5432)",
      'SELECT * FROM citus_get_active_worker_nodes()',
      given("SELECT citus_add_node('worker-2', 5432)"),
      'SELECT nodename, nodeport, shouldhaveshards FROM pg_dist_node WHERE groupid > 0 ORDER BY groupid',
    ],
  },
  {
    id: 'shards-per-table',
    form: 'right',
    claim: 'citus_shards tells where shards are and how large, citus_tables sums them up.',
    steps: [
      given(orders),
      given(fourOrders),
      'SELECT shardid, citus_table_type, shard_name, nodename, nodeport, shard_size > 0 AS has_size FROM citus_shards ORDER BY 1',
      'SELECT table_name, citus_table_type, distribution_column, shard_count FROM citus_tables',
      "SELECT citus_total_relation_size('orders') > 0 AS has_size",
    ],
  },
];

const monitoring: readonly Case[] = [
  {
    id: 'activity-across-cluster',
    form: 'right',
    claim:
      'citus_stat_activity shows the sessions of all nodes; those with is_worker_query false are the users’ own.',
    steps: [
      given("SET application_name = 'monitor'"),
      'SELECT is_worker_query, state, query FROM citus_stat_activity WHERE application_name = current_setting($$application_name$$)',
    ],
  },
  {
    id: 'cache-hits-across-cluster',
    form: 'right',
    claim: 'What PostgreSQL counts per node is asked on every node.',
    steps: [
      `SELECT success, result AS counts FROM run_command_on_all_nodes(
         'SELECT blks_hit > 0 FROM pg_stat_database WHERE datname = current_database()')`,
    ],
  },
  {
    id: 'tuning-settings',
    form: 'right',
    claim: 'The connection settings can be tried in a session.',
    steps: [
      'SET citus.max_cached_conns_per_worker = 4',
      'SET citus.max_adaptive_executor_pool_size = 32',
      "SELECT name, setting, context FROM pg_settings WHERE name IN ('citus.max_cached_conns_per_worker', 'citus.max_adaptive_executor_pool_size') ORDER BY 1",
    ],
  },
];

const migration: readonly Case[] = [
  {
    id: 'distribute-loaded-table',
    form: 'right',
    claim:
      'Distributing a table with rows copies them to shards; the old ones stay on the coordinator, unseen.',
    steps: [
      given('CREATE TABLE orders (customer_id bigint, total numeric)'),
      given('INSERT INTO orders SELECT g, g FROM generate_series(1, 100) g'),
      "SELECT create_distributed_table('orders', 'customer_id', shard_count => 2)",
      'SELECT count(*), sum(total) FROM orders',
      "SELECT pg_relation_size('orders') > 0 AS rows_on_coordinator",
      "SELECT truncate_local_data_after_distributing_table('orders')",
      "SELECT pg_relation_size('orders') > 0 AS rows_on_coordinator",
    ],
  },
  {
    id: 'copy-out',
    form: 'right',
    claim: 'COPY on the coordinator exports the rows of all shards.',
    steps: [given(orders), given(fourOrders), 'COPY (SELECT * FROM orders ORDER BY customer_id) TO STDOUT'],
  },
  {
    id: 'undistribute-table',
    form: 'right',
    claim: 'The way back: the rows return to a plain table on the coordinator.',
    steps: [
      given(orders),
      given(fourOrders),
      "SELECT undistribute_table('orders')",
      'SELECT count(*) FROM orders',
      'SELECT count(*) FROM citus_tables',
    ],
  },
];

/** What the scripts do with a running cluster: catalogs, extensions, shards, monitoring, migration. */
export const operationCases: readonly Case[] = [
  ...catalogs,
  ...statements,
  ...queries,
  ...shards,
  ...monitoring,
  ...migration,
];
