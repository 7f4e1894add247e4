import type { QueryClass } from '../model/query.ts';

/** Queries over the shop (see `classify.test-support.ts`) that show one rule each, with their classes. */
export const shopCases: readonly {
  readonly rule: string;
  readonly queries: readonly (readonly [sql: string, expected: QueryClass])[];
}[] = [
  {
    rule: 'one table with its key equal to a value takes the fast path',
    queries: [
      ['SELECT * FROM orders WHERE company_id = 5', 'fast-path'],
      ['SELECT * FROM orders WHERE company_id = $1 AND total > 10', 'fast-path'],
      ['UPDATE orders SET total = 0 WHERE company_id = 5', 'fast-path'],
      ['DELETE FROM orders WHERE 5 = company_id', 'fast-path'],
      ['SELECT * FROM products', 'fast-path'],
      ['SELECT * FROM settings WHERE key = $1', 'fast-path'],
      ['SELECT * FROM orders WHERE company_id = 5 AND company_id = 5', 'router'],
      ['SELECT * FROM orders WHERE company_id = 2 + 3', 'router'],
    ],
  },
  {
    rule: 'tables tied by their keys to one value are routed',
    queries: [
      ['SELECT * FROM orders JOIN items USING (company_id, order_id) WHERE company_id = 5', 'router'],
      ['SELECT * FROM orders o, items i WHERE o.company_id = i.company_id AND i.company_id = $1', 'router'],
      [
        'SELECT * FROM orders o LEFT JOIN items i ON o.company_id = i.company_id WHERE o.company_id = 5',
        'router',
      ],
      [
        'SELECT * FROM (SELECT company_id, sum(total) FROM orders GROUP BY 1) s WHERE company_id = 5',
        'router',
      ],
      ['WITH o AS (SELECT * FROM orders WHERE company_id = 5) SELECT count(*) FROM o', 'router'],
      [
        'SELECT * FROM orders WHERE company_id = 5 AND order_id IN (SELECT order_id FROM items WHERE company_id = 5)',
        'router',
      ],
      ['SELECT * FROM orders WHERE company_id = 5 OR (company_id = 5 AND total > 1)', 'router'],
      ['SELECT * FROM orders WHERE false', 'router'],
      ['SELECT * FROM orders WHERE company_id IN (5, 5)', 'router'],
      ['SELECT * FROM orders WHERE company_id IN ($1, $2)', 'pushdown'],
      ['SELECT * FROM orders WHERE company_id = 5 FOR UPDATE', 'fast-path'],
    ],
  },
  {
    rule: 'what every shard can do on its own is pushed down',
    queries: [
      ['SELECT count(*) FROM orders', 'pushdown'],
      ['SELECT * FROM orders JOIN items USING (company_id)', 'pushdown'],
      ['SELECT * FROM items JOIN products USING (product_id)', 'pushdown'],
      ['SELECT company_id, count(*) FROM orders GROUP BY company_id HAVING count(*) > 1', 'pushdown'],
      ['SELECT * FROM (SELECT DISTINCT company_id FROM orders) o JOIN items USING (company_id)', 'pushdown'],
      [
        'SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.company_id = o.company_id)',
        'pushdown',
      ],
      [
        'SELECT u.company_id FROM (SELECT company_id FROM orders UNION SELECT company_id FROM items) u',
        'pushdown',
      ],
      ['SELECT rank() OVER (PARTITION BY company_id ORDER BY total) FROM orders', 'pushdown'],
      ['SELECT rank() OVER (ORDER BY total) FROM orders', 'pushdown'],
      ['UPDATE orders SET total = total + 1', 'pushdown'],
      ['SELECT * FROM products p LEFT JOIN items i ON p.product_id = i.company_id', 'pushdown'],
    ],
  },
  {
    rule: 'joins on other columns move rows between shards',
    queries: [
      ['SELECT count(*) FROM orders o JOIN events e ON o.order_id = e.order_id', 'repartition'],
      ['SELECT count(*) FROM orders o JOIN items i ON o.order_id = i.order_id', 'repartition'],
    ],
  },
  {
    rule: 'parts that need the whole are computed first',
    queries: [
      [
        'SELECT * FROM (SELECT * FROM orders ORDER BY total LIMIT 5) o JOIN items USING (company_id)',
        'subplans',
      ],
      [
        'SELECT * FROM orders WHERE company_id IN (SELECT user_id FROM events ORDER BY 1 LIMIT 3)',
        'subplans',
      ],
      ['WITH o AS MATERIALIZED (SELECT * FROM orders) SELECT count(*) FROM o', 'subplans'],
      ['SELECT company_id FROM orders UNION SELECT user_id FROM events', 'subplans'],
      ['SELECT company_id FROM orders EXCEPT SELECT company_id FROM items', 'subplans'],
      ['SELECT * FROM orders JOIN drafts USING (order_id)', 'subplans'],
      ['SELECT * FROM products p LEFT JOIN items i ON p.product_id = i.product_id', 'subplans'],
      ['SELECT * FROM orders o WHERE total > (SELECT avg(total) FROM orders)', 'subplans'],
    ],
  },
  {
    rule: 'rows that an INSERT takes from a query stay or move',
    queries: [
      ['INSERT INTO orders VALUES (1, 2, 3, 4, $1)', 'router'],
      ['INSERT INTO orders (company_id, order_id) VALUES ($1, 1), ($2, 2)', 'pushdown'],
      ['INSERT INTO products VALUES (1), (2)', 'router'],
      ['INSERT INTO orders (company_id, order_id) SELECT company_id, order_id FROM items', 'pushdown'],
      [
        'INSERT INTO orders (company_id, order_id) SELECT user_id, order_id FROM events',
        'insert-select-repartition',
      ],
      [
        'INSERT INTO products SELECT product_id, note FROM items JOIN orders USING (company_id)',
        'insert-select-pull',
      ],
      ['INSERT INTO orders (company_id) SELECT draft_id FROM drafts', 'insert-select-pull'],
      ['INSERT INTO drafts (order_id) SELECT order_id FROM orders', 'insert-select-pull'],
    ],
  },
  {
    rule: 'MERGE runs on the shards when both sides are joined on their keys',
    queries: [
      [
        'MERGE INTO orders o USING items i ON o.company_id = i.company_id WHEN MATCHED THEN UPDATE SET total = 1',
        'pushdown',
      ],
      [
        'MERGE INTO orders o USING events e ON o.company_id = e.order_id WHEN MATCHED THEN DELETE',
        'merge-repartition',
      ],
      [
        'MERGE INTO orders o USING products p ON o.company_id = p.product_id WHEN MATCHED THEN DELETE',
        'merge-pull',
      ],
    ],
  },
  {
    rule: 'tables of the coordinator stay there',
    queries: [
      ['SELECT * FROM drafts', 'local'],
      ['UPDATE drafts SET note = $1 WHERE draft_id = $2', 'local'],
    ],
  },
];
