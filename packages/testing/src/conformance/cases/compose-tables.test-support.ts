import { ask, type Case, given } from '../conformance-case.test-support.ts';
import { fourOrders, orders } from './shop.test-support.ts';

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

/** What the scripts do with tables: plans, keys, strategies. */
export const tableCases: readonly Case[] = [...explain, ...distributionColumn, ...strategies, ...ranges];
