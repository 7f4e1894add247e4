import type { Catalog, Column, Table } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import { fingerprint, loadParser } from '@shardwright/sql';
import type { Workload } from '@shardwright/workload';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../model/analysis.ts';
import type { Design } from '../model/design.ts';
import { analyzeQueries, summarizeQueries } from './analyze-queries.ts';
import { classify } from './classify.ts';
import { joinEdges, keyFilters } from './column-uses.ts';
import { improveByPredicate } from './improve-by-predicate.ts';
import { prepareQuery } from './prepare-query.ts';

beforeAll(loadParser);

const definition = { line: 1, sql: '' };

function column(name: string, type = 'int8'): Column {
  return {
    name,
    type: { schema: 'pg_catalog', name: type, modifiers: [], arrayDimensions: 0, sql: type },
    notNull: false,
  };
}

function table(name: string, columns: readonly string[]): Table {
  return {
    schema: 'public',
    name,
    kind: 'ordinary',
    persistence: 'permanent',
    columns: columns.map((columnName) => column(columnName)),
    constraints: [],
    indexes: [],
    inherits: [],
    rowSecurity: 'off',
    replicaIdentity: 'default',
    options: [],
    definition,
  };
}

const catalog: Catalog = {
  origin: { kind: 'dump', label: 'shop.sql', defaultSchema: 'public' },
  schemas: [],
  tables: [
    table('orders', ['company_id', 'order_id', 'total']),
    table('items', ['order_id', 'product_id', 'quantity']),
    table('products', ['product_id', 'price']),
  ],
  sequences: [],
  views: [
    {
      schema: 'public',
      name: 'big_orders',
      kind: 'view',
      query: 'SELECT company_id, order_id FROM orders WHERE total > 1000',
      dependsOn: [{ schema: 'public', name: 'orders' }],
      indexes: [],
      definition,
    },
  ],
  routines: [],
  triggers: [],
  rules: [],
  policies: [],
  types: [],
  extensions: [],
  publications: [],
  comments: [],
  grants: [],
  verbatim: [],
  problems: [],
};

function distributed(columnName: string): Decision {
  return {
    kind: 'distributed',
    column: columnName,
    colocationGroup: 'shop',
    addedColumn: columnName === 'company_id_added',
    via: [],
    method: 'hash',
    timePartitioned: false,
  };
}

function design(decisions: Readonly<Record<string, Decision>>): Design {
  const entries = Object.entries(decisions).map(
    ([name, decision]) => [nameKey({ schema: 'public', name }), decision] as const,
  );
  return { decisions: new Map(entries), shardCount: 32, nodes: 2 };
}

const byOrder = design({
  orders: distributed('order_id'),
  items: distributed('order_id'),
  products: { kind: 'reference' },
});
const byCompany = design({
  orders: distributed('company_id'),
  items: distributed('company_id_added'),
  products: { kind: 'reference' },
});

describe('classify', () => {
  it('gives one prepared query a class per design', () => {
    const prepared = prepareQuery(
      'SELECT * FROM orders JOIN items USING (order_id) WHERE order_id = $1',
      catalog,
    );
    expect(classify(prepared, byOrder)).toMatchObject({ class: 'router', taskCount: 1 });
    expect(classify(prepared, byCompany).class).toBe('repartition');
    expect(classify(prepared, design({})).class).toBe('local');
  });

  it('looks through views', () => {
    const prepared = prepareQuery('SELECT * FROM big_orders WHERE company_id = 5', catalog);
    expect(classify(prepared, byCompany).class).toBe('router');
    expect(classify(prepared, byOrder)).toMatchObject({ class: 'pushdown', taskCount: 32 });
  });

  it('says that a repartition join needs a setting', () => {
    const prepared = prepareQuery('SELECT * FROM orders JOIN items ON total = quantity', catalog);
    expect(classify(prepared, byOrder).reason).toContain('citus.enable_repartition_joins');
  });
});

describe('improveByPredicate', () => {
  it.each([
    ['SELECT * FROM orders', 'orders.order_id = $n'],
    ['SELECT * FROM orders o JOIN items i USING (order_id)', 'o.order_id = $n'],
    ['DELETE FROM items WHERE quantity = 0', 'items.order_id = $n'],
    ['SELECT * FROM (SELECT * FROM items ORDER BY quantity LIMIT 3) x', 'items.order_id = $n'],
    ['SELECT * FROM orders WHERE order_id = 3', undefined],
    ['SELECT * FROM orders o, items i', undefined],
    ['SELECT * FROM products', undefined],
    ['not sql', undefined],
  ])('%s: %s', (sql, predicate) => {
    expect(improveByPredicate(prepareQuery(sql, catalog), byOrder)).toBe(predicate);
  });
});

describe('joinEdges', () => {
  const key = (name: string): string => nameKey({ schema: 'public', name });
  const edges = (sql: string): string[] =>
    joinEdges(prepareQuery(sql, catalog)).map(
      ({ left, right }) => `${left.table}.${left.column} = ${right.table}.${right.column}`,
    );

  it('pairs columns that joins, subqueries and views make equal', () => {
    const expected = [`${key('items')}.order_id = ${key('orders')}.order_id`];
    expect(edges('SELECT 1 FROM orders JOIN items USING (order_id)')).toEqual(expected);
    expect(edges('SELECT 1 FROM orders LEFT JOIN items USING (order_id)')).toEqual(expected);
    expect(edges('SELECT 1 FROM orders WHERE order_id IN (SELECT order_id FROM items LIMIT 3)')).toEqual(
      expected,
    );
    expect(edges('SELECT 1 FROM big_orders o, items i WHERE o.order_id = i.order_id')).toEqual(expected);
    expect(edges('DELETE FROM orders USING items WHERE items.order_id = orders.order_id')).toEqual(expected);
  });

  it('follows equality over a third table', () => {
    const found = edges(
      'SELECT 1 FROM items a, products p, items b WHERE a.product_id = p.product_id AND b.product_id = p.product_id',
    );
    expect(found.sort()).toEqual([
      `${key('items')}.product_id = ${key('items')}.product_id`,
      `${key('items')}.product_id = ${key('products')}.product_id`,
    ]);
  });

  it('pairs the columns that INSERT … SELECT copies', () => {
    expect(edges('INSERT INTO items (order_id) SELECT order_id FROM orders')).toEqual([
      `${key('items')}.order_id = ${key('orders')}.order_id`,
    ]);
  });

  it('finds none where there are none', () => {
    expect(edges('SELECT * FROM orders, items')).toEqual([]);
    expect(edges('not sql')).toEqual([]);
  });
});

describe('keyFilters', () => {
  const filters = (sql: string): string[] =>
    keyFilters(prepareQuery(sql, catalog)).map(
      ({ table: key, columns }) => `${key}(${[...columns].sort().join()})`,
    );

  it('lists the columns that equal values, given or implied', () => {
    const orders = nameKey({ schema: 'public', name: 'orders' });
    const items = nameKey({ schema: 'public', name: 'items' });
    expect(
      filters('SELECT * FROM orders WHERE company_id = $1 AND order_id IN (1, 2) AND total > 3'),
    ).toEqual([`${orders}(company_id,order_id)`]);
    expect(filters('SELECT * FROM orders JOIN items USING (order_id) WHERE orders.order_id = 4')).toEqual([
      `${orders}(order_id)`,
      `${items}(order_id)`,
    ]);
    expect(filters('INSERT INTO items (order_id, quantity) VALUES ($1, $2)')).toEqual([
      `${items}(order_id,quantity)`,
    ]);
    expect(filters('UPDATE orders SET total = 1 WHERE company_id = 3')).toEqual([`${orders}(company_id)`]);
  });
});

describe('analyzeQueries', () => {
  const query = (sql: string, calls: number, totalTimeMs?: number): Workload['queries'][number] => ({
    fingerprint: fingerprint(sql),
    sql,
    calls,
    source: { label: 'queries.sql', line: 1 },
    ...(totalTimeMs === undefined ? {} : { totalTimeMs }),
  });

  it('sums shares of calls and time by class', () => {
    const workload: Workload = {
      sources: [],
      unparsed: [],
      queries: [
        query('SELECT * FROM orders WHERE order_id = $1', 90, 10),
        query('SELECT count(*) FROM orders', 10, 30),
      ],
    };
    const { queries, summary } = analyzeQueries(workload, catalog, byOrder);
    expect(
      queries.map((item) => [item.class, item.shareOfCalls, item.shareOfTime, item.addPredicate]),
    ).toEqual([
      ['fast-path', 0.9, 0.25, undefined],
      ['pushdown', 0.1, 0.75, 'orders.order_id = $n'],
    ]);
    expect(summary).toEqual({
      queries: 2,
      calls: 100,
      totalTimeMs: 40,
      classes: [
        { class: 'fast-path', queries: 1, shareOfCalls: 0.9, shareOfTime: 0.25 },
        { class: 'pushdown', queries: 1, shareOfCalls: 0.1, shareOfTime: 0.75 },
      ],
    });
  });

  it('leaves times out where a source tells none', () => {
    const workload: Workload = { sources: [], unparsed: [], queries: [query('SELECT * FROM products', 3)] };
    const { summary } = analyzeQueries(workload, catalog, byOrder);
    expect(summary).toEqual({
      queries: 1,
      calls: 3,
      classes: [{ class: 'fast-path', queries: 1, shareOfCalls: 1 }],
    });
    expect(summarizeQueries([])).toEqual({ queries: 0, calls: 0, classes: [] });
  });
});
