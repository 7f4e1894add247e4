import { ask, type Case, type Chapter, given } from './conformance-case.test-support.ts';

const orders = `CREATE TABLE orders (customer_id bigint, order_id bigint, total numeric, PRIMARY KEY (customer_id, order_id));
SELECT create_distributed_table('orders', 'customer_id', shard_count := 2)`;
const fourOrders = `INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20), (3, 3, 30), (4, 4, 40)`;

const explain: readonly Case[] = [
  {
    id: 'explain-dist',
    form: 'wrong',
    claim: 'EXPLAIN has no option DIST.',
    steps: [given(orders), 'EXPLAIN (ANALYZE, DIST) SELECT count(*) FROM orders'],
  },
  {
    id: 'explain-all-tasks',
    form: 'right',
    claim: 'A setting makes EXPLAIN show the plan of every shard instead of one.',
    steps: [
      given(orders),
      given(fourOrders),
      given('SET citus.explain_all_tasks = on'),
      // Else the task that took longest comes first.
      given("SET citus.explain_analyze_sort_method = 'taskId'"),
      given('SET compute_query_id = off'),
      'EXPLAIN (ANALYZE, VERBOSE, COSTS off, TIMING off, SUMMARY off) SELECT count(*) FROM orders',
    ],
  },
];

const distributionColumn: readonly Case[] = [
  {
    id: 'primary-key-without-distribution-column',
    form: 'wrong',
    claim: 'orders with the primary key order_id cannot be distributed by customer_id.',
    steps: [
      given('CREATE TABLE orders (order_id bigint PRIMARY KEY, customer_id bigint)'),
      "SELECT create_distributed_table('orders', 'customer_id')",
    ],
  },
  {
    id: 'unique-without-distribution-column',
    form: 'wrong',
    claim: 'A unique constraint has to hold the distribution column as well.',
    steps: [
      given('CREATE TABLE orders (customer_id bigint, reference text UNIQUE)'),
      "SELECT create_distributed_table('orders', 'customer_id')",
    ],
  },
  {
    id: 'exclusion-without-distribution-column',
    form: 'wrong',
    claim: 'So does an exclusion constraint.',
    steps: [
      given(
        'CREATE TABLE bookings (customer_id bigint, during tstzrange, EXCLUDE USING gist (during WITH &&))',
      ),
      "SELECT create_distributed_table('bookings', 'customer_id')",
    ],
  },
  {
    id: 'primary-key-with-distribution-column',
    form: 'right',
    claim:
      'With the distribution column in its primary key the table is distributed, into 32 shards by default.',
    steps: [
      given('CREATE TABLE orders (customer_id bigint, order_id bigint, PRIMARY KEY (customer_id, order_id))'),
      "SELECT create_distributed_table('orders', 'customer_id')",
      'SELECT table_name, citus_table_type, distribution_column, shard_count FROM citus_tables',
    ],
  },
  {
    id: 'child-table-without-distribution-column',
    form: 'wrong',
    claim: 'order_items cannot be distributed by a column that only its parent has.',
    steps: [
      given(orders),
      given('CREATE TABLE order_items (item_id bigint, order_id bigint, quantity int)'),
      "SELECT create_distributed_table('order_items', 'customer_id', colocate_with => 'orders')",
    ],
  },
  {
    id: 'child-table-with-backfilled-column',
    form: 'right',
    claim:
      'Added and filled from the parent, the column distributes order_items beside orders, and joins stay local.',
    steps: [
      given(orders),
      given(fourOrders),
      given('CREATE TABLE order_items (item_id bigint, order_id bigint, quantity int)'),
      given('INSERT INTO order_items VALUES (1, 1, 5), (2, 1, 6), (3, 2, 7)'),
      given('ALTER TABLE order_items ADD COLUMN customer_id bigint'),
      given(
        'UPDATE order_items SET customer_id = orders.customer_id FROM orders WHERE orders.order_id = order_items.order_id',
      ),
      given('ALTER TABLE order_items ADD PRIMARY KEY (customer_id, item_id)'),
      "SELECT create_distributed_table('order_items', 'customer_id', colocate_with => 'orders')",
      `SELECT customer_id, sum(total), sum(quantity) FROM orders JOIN order_items USING (customer_id, order_id)
       GROUP BY customer_id ORDER BY customer_id`,
    ],
  },
];

const strategies: readonly Case[] = [
  {
    id: 'hash-with-shard-count',
    form: 'right',
    claim: 'shard_count sets the number of shards; they are dealt out evenly.',
    steps: [
      given('CREATE TABLE events (tenant_id bigint, payload jsonb)'),
      "SELECT create_distributed_table('events', 'tenant_id', shard_count => 64)",
      `SELECT nodename, nodeport, count(*) AS shards FROM citus_shards
       WHERE table_name = 'events'::regclass GROUP BY 1, 2 ORDER BY 1, 2`,
    ],
  },
  {
    id: 'colocate-int-with-bigint',
    form: 'wrong',
    claim: 'Tables cannot be co-located by an int and a bigint column.',
    steps: [
      given(orders),
      given('CREATE TABLE carts (customer_id int, product_id int)'),
      "SELECT create_distributed_table('carts', 'customer_id', colocate_with => 'orders')",
    ],
  },
  {
    id: 'colocate-equal-types',
    form: 'right',
    claim: 'With the type of the other column they can, and share its number of shards.',
    steps: [
      given(orders),
      given('CREATE TABLE carts (customer_id bigint, product_id int)'),
      "SELECT create_distributed_table('carts', 'customer_id', colocate_with => 'orders')",
      'SELECT table_name, shard_count, colocation_id = min(colocation_id) OVER () AS together FROM citus_tables',
    ],
  },
  {
    id: 'colocate-with-and-shard-count',
    form: 'wrong',
    claim: 'colocate_with and shard_count exclude each other.',
    steps: [
      given(orders),
      given('CREATE TABLE carts (customer_id bigint, product_id int)'),
      "SELECT create_distributed_table('carts', 'customer_id', colocate_with => 'orders', shard_count => 2)",
    ],
  },
  {
    id: 'reference-table',
    form: 'right',
    claim: 'A reference table has a copy on every node.',
    steps: [
      given('CREATE TABLE countries (code text PRIMARY KEY)'),
      "SELECT create_reference_table('countries')",
      `SELECT nodename, nodeport FROM citus_shards WHERE table_name = 'countries'::regclass ORDER BY 1, 2`,
    ],
  },
];

const readings = `CREATE TABLE readings (taken_on date NOT NULL, value int);
SELECT create_distributed_table('readings', 'taken_on', 'range')`;
const twoRanges = `SELECT master_create_empty_shard('readings');
SELECT master_create_empty_shard('readings');
UPDATE pg_dist_shard SET shardminvalue = '2025-01-01', shardmaxvalue = '2025-12-31' WHERE shardid = 102008;
UPDATE pg_dist_shard SET shardminvalue = '2026-01-01', shardmaxvalue = '2026-12-31' WHERE shardid = 102009`;

const ranges: readonly Case[] = [
  {
    id: 'range-without-bounds',
    form: 'wrong',
    claim: 'A table distributed by range takes no rows until its shards have bounds.',
    steps: [
      given(readings),
      "INSERT INTO readings VALUES ('2025-06-01', 1)",
      "SELECT master_create_empty_shard('readings')",
      "INSERT INTO readings VALUES ('2025-06-01', 1)",
    ],
  },
  {
    id: 'range-with-bounds',
    form: 'right',
    claim: 'Empty shards and bounds set by hand make it work; both bounds belong to the shard.',
    steps: [
      given(readings),
      "SELECT master_create_empty_shard('readings')",
      "SELECT master_create_empty_shard('readings')",
      "UPDATE pg_dist_shard SET shardminvalue = '2025-01-01', shardmaxvalue = '2025-12-31' WHERE shardid = 102008",
      "UPDATE pg_dist_shard SET shardminvalue = '2026-01-01', shardmaxvalue = '2026-12-31' WHERE shardid = 102009",
      "INSERT INTO readings VALUES ('2025-01-01', 1), ('2025-12-31', 2), ('2026-01-01', 3), ('2026-12-31', 4)",
      `SELECT shardid, result AS rows FROM run_command_on_shards('readings', 'SELECT count(*) FROM %s') ORDER BY shardid`,
    ],
  },
  {
    id: 'range-outside-bounds',
    form: 'wrong',
    claim: 'A value outside all bounds is refused.',
    steps: [given(readings), given(twoRanges), "INSERT INTO readings VALUES ('2027-01-01', 1)"],
  },
  {
    id: 'range-on-worker',
    form: 'wrong',
    claim: 'Workers do not know the table.',
    steps: [given(readings), given(twoRanges), ask('worker-1', 'SELECT count(*) FROM readings')],
  },
  {
    id: 'range-colocated',
    form: 'wrong',
    claim: 'Tables distributed by range cannot be co-located.',
    steps: [
      given(readings),
      given('CREATE TABLE alarms (taken_on date NOT NULL, message text)'),
      "SELECT create_distributed_table('alarms', 'taken_on', 'range', colocate_with => 'readings')",
    ],
  },
  {
    id: 'time-partitions',
    form: 'right',
    claim: 'Hash distribution with partitions by time serves time series better; workers know the table too.',
    steps: [
      given('CREATE TABLE readings (sensor_id bigint, taken_at timestamptz) PARTITION BY RANGE (taken_at)'),
      "SELECT create_distributed_table('readings', 'sensor_id', shard_count => 2)",
      `SELECT create_time_partitions('readings', partition_interval => '1 month',
         start_from => '2026-01-01 00:00:00+00', end_at => '2026-04-01 00:00:00+00')`,
      given("INSERT INTO readings VALUES (1, '2026-01-31 12:00:00+00'), (2, '2026-03-01 12:00:00+00')"),
      'SELECT partition, from_value, to_value FROM time_partitions ORDER BY 2',
      ask('worker-1', 'SELECT count(*) FROM readings'),
    ],
  },
];

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
      'SHOW shared_preload_libraries',
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
const placements = `SELECT nodename, nodeport, count(*) AS shards FROM citus_shards GROUP BY 1, 2 ORDER BY 1, 2`;

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

const container = 'it is about containers and shell scripts, which no statement shows';

/** Coordinator, two workers and scripts around them, in containers. */
export const composeScripts: Chapter = {
  name: 'compose-scripts',
  title: 'A compose cluster with scripts for migration and operation',
  cases: [
    ...explain,
    ...distributionColumn,
    ...strategies,
    ...ranges,
    ...catalogs,
    ...statements,
    ...queries,
    ...shards,
    ...monitoring,
    ...migration,
  ],
  notRun: [
    { what: 'compose `up`, `ps`, `logs`, `down`, `down -v`', why: container },
    {
      what: 'an endless monitor loop mounted as an init script keeps the container from starting',
      why: container,
    },
    { what: '`import` looks for the export in a directory of its own time stamp', why: container },
    {
      what: 'the image citusdata/citus lacks ruvector',
      why: `${container}; ruvector.md has what its absence looks like`,
    },
    {
      what: 'shared_buffers, effective_cache_size and work_mem per role',
      why: 'the sizes are for larger machines than tests may ask for',
    },
    { what: 'PgBouncer in front of the coordinator', why: 'it is a program of its own' },
  ],
};
