import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifyInShop } from './classify.test-support.ts';
import { shopCases } from './shop-cases.test-support.ts';

beforeAll(loadParser);

for (const { rule, queries } of shopCases) {
  describe(rule, () => {
    it.each(queries)('%s → %s', (sql, expected) => {
      const found = classifyInShop(sql);
      expect(found.class, found.reason).toBe(expected);
    });
  });
}

describe('what Citus refuses carries its message', () => {
  it.each([
    [
      'UPDATE orders SET company_id = 6 WHERE company_id = 5',
      'modifying the partition value of rows is not allowed',
    ],
    [
      'UPDATE orders SET total = random()',
      'functions used in UPDATE queries on distributed tables must not be VOLATILE',
    ],
    ['SELECT * FROM orders FOR UPDATE', 'could not run distributed query with FOR UPDATE/SHARE commands'],
    [
      'SELECT company_id, total, count(*) FROM orders GROUP BY CUBE (company_id, total)',
      'could not run distributed query with GROUPING SETS, CUBE, or ROLLUP',
    ],
    [
      'WITH RECURSIVE r AS (SELECT order_id FROM orders UNION SELECT r.order_id + 1 FROM r) SELECT * FROM r',
      'recursive CTEs are only supported when they contain a filter on the distribution column',
    ],
    ['SELECT * FROM orders, events', 'cannot perform distributed planning on this query'],
    [
      'SELECT * FROM orders o LEFT JOIN events e ON o.order_id = e.order_id',
      'complex joins are only supported when all distributed tables are co-located and joined on their distribution columns',
    ],
    ['INSERT INTO orders (order_id) VALUES (1)', 'cannot perform an INSERT without a partition column value'],
    ['INSERT INTO orders VALUES ((SELECT 1), 2)', 'subqueries are not supported within INSERT queries'],
    [
      'DELETE FROM orders WHERE total > random()',
      'functions used in the WHERE/ON/WHEN clause of modification queries on distributed tables must not be VOLATILE',
    ],
  ])('%s', (sql, message) => {
    expect(classifyInShop(sql)).toMatchObject({ class: 'unsupported', error: message });
  });
});

describe('reasons', () => {
  it.each([
    [
      'SELECT count(*) FROM orders',
      'every shard of orders runs it on its own rows, because no condition singles one out',
    ],
    [
      'SELECT count(*) FROM orders WHERE company_id IN (1, 2, 3)',
      'the conditions leave 3 shards of orders, and each runs it on its own rows',
    ],
    [
      'UPDATE orders SET total = 0',
      'every shard of orders changes its own rows, because no condition singles one out',
    ],
  ])('%s: %s', (sql, reason) => {
    expect(classifyInShop(sql)).toMatchObject({ class: 'pushdown', reason });
  });
});

describe('settings', () => {
  it('make a repartition join an error when they are off', () => {
    const sql = 'SELECT count(*) FROM orders o JOIN items i ON o.order_id = i.order_id';
    expect(classifyInShop(sql, { repartitionJoins: false })).toMatchObject({
      class: 'unsupported',
      error: 'the query contains a join that requires repartitioning',
    });
  });

  it('choose which side of a join with a local table is read first', () => {
    const sql = 'SELECT * FROM orders JOIN drafts USING (order_id)';
    expect(classifyInShop(sql, { localTableJoinPolicy: 'never' }).class).toBe('unsupported');
    expect(classifyInShop(sql, { localTableJoinPolicy: 'prefer-distributed' }).class).toBe('subplans');
  });
});

describe('queries that cannot be told', () => {
  it.each(['SELECT nothing FROM orders', 'not sql', '', 'CREATE TABLE t (a int)'])(
    'are unknown: %s',
    (sql) => {
      expect(classifyInShop(sql).class).toBe('unknown');
    },
  );
});

describe('the number of tasks', () => {
  it.each([
    ['SELECT count(*) FROM orders', 8],
    ['SELECT count(*) FROM orders WHERE company_id = 1', 1],
    ['SELECT count(*) FROM products', 1],
    ['SELECT count(*) FROM orders WHERE company_id IN ($1, $2)', 2],
  ])('%s: %d', (sql, taskCount) => {
    expect(classifyInShop(sql).taskCount).toBe(taskCount);
  });
});
