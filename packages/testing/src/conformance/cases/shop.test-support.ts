/** Orders of customers, distributed by customer into two shards. */
export const orders = `CREATE TABLE orders (customer_id bigint, order_id bigint, total numeric, PRIMARY KEY (customer_id, order_id));
SELECT create_distributed_table('orders', 'customer_id', shard_count := 2)`;

/** An order each of four customers. */
export const fourOrders = 'INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20), (3, 3, 30), (4, 4, 40)';

/** How many shards lie on which node. */
export const placements =
  'SELECT nodename, nodeport, count(*) AS shards FROM citus_shards GROUP BY 1, 2 ORDER BY 1, 2';

/** How many connections between nodes were tried, and how many succeeded. */
export const links =
  'SELECT count(*) AS links, count(*) FILTER (WHERE result) AS healthy FROM citus_check_cluster_node_health()';
