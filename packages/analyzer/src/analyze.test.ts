import type { Catalog, ColumnStatistics, Table, TableStatistics } from '@shardwright/catalog';
import { UsageError } from '@shardwright/core';
import { hashValue, shardIndex } from '@shardwright/hashing';
import type { Workload } from '@shardwright/workload';
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.ts';
import { catalogOf, decisions, sharedGroups } from './truths.test-support.ts';

const shop = `
  CREATE TABLE companies (id bigint PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL);
  CREATE TABLE currencies (code char(3) PRIMARY KEY, name text NOT NULL);
  CREATE TABLE customers (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies,
    email text NOT NULL UNIQUE, created_at timestamptz NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies,
    customer_id bigint NOT NULL REFERENCES customers, currency char(3) NOT NULL REFERENCES currencies,
    created_at timestamptz NOT NULL);
  CREATE TABLE order_lines (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders,
    sku text NOT NULL, quantity int NOT NULL);
  CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY);`;

describe('analyze', () => {
  it('builds one design around the tenant, with lookups copied and bookkeeping left alone', async () => {
    const analysis = await analyze({ catalog: await catalogOf(shop) });
    expect(decisions(analysis)).toEqual({
      companies: 'id',
      currencies: 'reference',
      customers: 'company_id',
      orders: 'company_id',
      order_lines: '+company_id',
      schema_migrations: 'local',
    });
    expect(sharedGroups(analysis)).toEqual(['company_id']);
    expect(analysis.headline).toMatchObject({
      verdict: 'with-changes',
      counts: { tables: 6, needBackfill: 1 },
    });
    expect(analysis.headline.sentence).toMatch(/^Distribute 4 tables by company_id, copy 1 reference table/);
    for (const table of analysis.tables) {
      expect(table.reasons.length).toBeGreaterThan(0);
      expect(table.candidates.filter(({ chosen }) => chosen)).toHaveLength(1);
    }
    expect(analysis.alternatives.map(({ name }) => name)).toContain('customer_id');
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
  });

  it('gives the same answer twice', async () => {
    const catalog = await catalogOf(shop);
    const [first, second] = [await analyze({ catalog }), await analyze({ catalog })];
    const timeless = (value: typeof first): unknown => ({
      ...value,
      optimisation: { ...value.optimisation, seconds: 0 },
    });
    expect(timeless(first)).toEqual(timeless(second));
  });

  it('links findings to the tables they are about', async () => {
    const analysis = await analyze({ catalog: await catalogOf(shop) });
    const customers = analysis.tables.find(({ name }) => name === 'customers');
    const rules = customers?.findings.map((index) => analysis.findings[index]?.rule);
    expect(rules).toContain('unique-constraint-lacks-key');
  });

  it('says no when there is nothing to gain', async () => {
    const catalog = await catalogOf('CREATE TABLE settings (name text PRIMARY KEY, value jsonb)');
    const analysis = await analyze({ catalog: withRows(catalog, { settings: statistics(12, 900, {}) }) });
    expect(analysis.headline.verdict).toBe('no');
    expect(analysis.headline.sentence).toMatch(/Nothing gains from distribution/);
  });

  it('co-locates keys of different integer widths and asks for the wider type', async () => {
    const analysis = await analyze({
      catalog: await catalogOf(`
        CREATE TABLE companies (id bigint PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL);
        CREATE TABLE orders (id bigint PRIMARY KEY, company_id integer NOT NULL REFERENCES companies, placed_at timestamptz);`),
    });
    expect(decisions(analysis)).toEqual({ companies: 'id', orders: 'company_id' });
    expect(analysis.colocationGroups).toMatchObject([{ type: 'bigint' }]);
    expect(analysis.findings).toContainEqual(
      expect.objectContaining({
        rule: 'colocation-type-mismatch',
        table: { schema: 'public', name: 'orders' },
        remedy: 'ALTER TABLE orders ALTER COLUMN company_id TYPE bigint;',
      }),
    );
  });

  it('keeps a tenant whole in a sample of a database: small tables of today grow with their tenants', async () => {
    const catalog = await catalogOf(shop);
    const analysis = await analyze({
      catalog: withRows(catalog, {
        companies: statistics(60, 3_000, {}),
        currencies: statistics(5, 50, {}),
        customers: statistics(300, 20_000, {}),
        orders: statistics(4_000, 300_000, {}),
        order_lines: statistics(9_000, 500_000, {}),
        schema_migrations: statistics(90, 2_000, {}),
      }),
    });
    expect(decisions(analysis)).toEqual({
      companies: 'id',
      currencies: 'reference',
      customers: 'company_id',
      orders: 'company_id',
      order_lines: '+company_id',
      schema_migrations: 'local',
    });
  });

  it('copies no table to every node that the workload writes often', async () => {
    const workload = workloadOf([
      ['UPDATE customers SET email = $1 WHERE company_id = $2 AND id = $3', 1_000],
      ['SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.company_id = $1', 1_000],
    ]);
    expect(decisions(await analyze({ catalog: await catalogOf(shop), workload }))).toMatchObject({
      customers: 'company_id',
      orders: 'company_id',
    });
  });

  it('says no to an input without tables', async () => {
    const analysis = await analyze({ catalog: await catalogOf('CREATE SCHEMA empty') });
    expect(analysis.headline.verdict).toBe('no');
    expect(analysis.tables).toEqual([]);
  });

  it('never distributes by an enum', async () => {
    const catalog = await catalogOf(`
      CREATE TYPE region_key AS ENUM ('eu', 'us');
      CREATE TABLE events (region_key region_key NOT NULL, id bigint NOT NULL, payload jsonb, created_at timestamptz);`);
    expect(decisions(await analyze({ catalog }))).toEqual({ events: 'id' });
  });
});

describe('overrides', () => {
  it('fixes what the user decided and fits the rest around it', async () => {
    const analysis = await analyze({
      catalog: await catalogOf(shop),
      options: {
        distribute: [{ table: 'orders', column: 'customer_id' }],
        reference: ['companies'],
        local: ['public.currencies'],
      },
    });
    expect(decisions(analysis)).toMatchObject({
      orders: 'customer_id',
      companies: 'reference',
      currencies: 'local',
    });
    expect(analysis.options.overrides).toHaveLength(3);
    expect(analysis.tables.find(({ name }) => name === 'orders')?.reasons[0]).toBe(
      'You decided: distributed by customer_id.',
    );
  });

  it('builds the design around a tenant that is named by column, table, or both', async () => {
    for (const tenant of ['customer_id', 'customers', 'customers.id']) {
      const analysis = await analyze({ catalog: await catalogOf(shop), options: { tenant } });
      expect(decisions(analysis)).toMatchObject({ customers: 'id', orders: 'customer_id' });
    }
  });

  it('adds a column by name when relations lead to it', async () => {
    const analysis = await analyze({
      catalog: await catalogOf(shop),
      options: { distribute: [{ table: 'order_lines', column: 'company_id' }] },
    });
    expect(decisions(analysis).order_lines).toBe('+company_id');
  });

  it('takes range distribution by hand only', async () => {
    const analysis = await analyze({
      catalog: await catalogOf(shop),
      options: { range: [{ table: 'orders', column: 'id' }] },
    });
    const orders = analysis.tables.find(({ name }) => name === 'orders');
    expect(orders?.decision).toMatchObject({ kind: 'distributed', method: 'range', column: 'id' });
  });

  it.each([
    [{ distribute: [{ table: 'ordres', column: 'id' }] }, /no table ordres/, /orders/],
    [{ distribute: [{ table: 'orders', column: 'compny_id' }] }, /no column compny_id/, /company_id/],
    [{ reference: ['orders'], local: ['orders'] }, /two decisions/, /once/],
    [{ tenant: 'compani' }, /--tenant compani/, /companies|company_id/],
    [{ nodes: 0 }, /--nodes 0/, undefined],
    [{ shards: 1.5 }, /--shards 1.5/, undefined],
  ])('refuses %j', async (options, message, hint) => {
    const catalog = await catalogOf(shop);
    const error = await analyze({ catalog, options }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    if (!(error instanceof UsageError)) return;
    expect(error.message).toMatch(message);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
  });

  it('says why a column cannot be the key', async () => {
    const catalog = await catalogOf('CREATE TABLE t (id bigint PRIMARY KEY, payload json)');
    await expect(
      analyze({ catalog, options: { distribute: [{ table: 't', column: 'payload' }] } }),
    ).rejects.toThrow(/cannot be distributed by payload: .*hash/);
  });
});

describe('measured data', () => {
  it('places every row exactly where Citus would', async () => {
    const values = Array.from({ length: 500 }, (_, index) => ({
      value: String(index + 1),
      rows: index === 0 ? 5_000 : 10,
      bytes: index === 0 ? 500_000 : 1_000,
    }));
    const catalog = withRows(
      await catalogOf('CREATE TABLE events (site_id bigint NOT NULL, at timestamptz NOT NULL, body text)'),
      { events: statistics(9_990, 999_000, { site_id: column(values) }) },
    );
    const analysis = await analyze({ catalog, options: { shards: 8, nodes: 2 } });
    const skew = analysis.tables[0]?.skew;
    const expected = new Array<number>(8).fill(0);
    for (const { value, bytes } of values) {
      const shard = shardIndex(hashValue('int8', value) ?? 0, 8);
      expected[shard] = (expected[shard] ?? 0) + bytes;
    }
    expect(skew?.provenance).toBe('exact');
    expect(skew?.shardBytes).toEqual(expected);
    expect(skew?.nodeBytes).toEqual(
      [0, 1].map((node) => sum(expected.filter((_, shard) => shard % 2 === node))),
    );
    expect(skew?.hottest).toEqual({ value: '1', share: 5_000 / 9_990 });
  });

  it('refuses relations that the values contradict and trusts those they confirm', async () => {
    const sql = `
      CREATE TABLE users (id bigint PRIMARY KEY, name text);
      CREATE TABLE visits (visit_id bigint PRIMARY KEY, user_id bigint NOT NULL);`;
    const ids = (from: number, count: number): ColumnStatistics =>
      column(
        Array.from({ length: count }, (_, index) => ({ value: String(from + index), rows: 1, bytes: 40 })),
      );
    const inferred = async (visits: ColumnStatistics): Promise<number> => {
      const catalog = withRows(await catalogOf(sql), {
        users: statistics(2_000, 80_000, { id: ids(1, 2_000) }),
        visits: statistics(1_500, 60_000, { user_id: visits }),
      });
      return (await analyze({ catalog })).relations.length;
    };
    expect(await inferred(ids(1, 1_500))).toBe(1);
    expect(await inferred(ids(1_000_000, 1_500))).toBe(0);
  });
});

describe('an alternative', () => {
  it('says so when it takes a key of the chosen design further', async () => {
    const belongsTo = (name: string, owner: string): string =>
      `CREATE TABLE ${name} (id bigint PRIMARY KEY, ${owner}_id bigint NOT NULL REFERENCES ${owner}s, created_at timestamptz);`;
    const { colocationGroups, alternatives } = await analyze({
      catalog: await catalogOf(`
        CREATE TABLE accounts (id bigint PRIMARY KEY, name text, created_at timestamptz);
        CREATE TABLE devices (id bigint PRIMARY KEY, name text, created_at timestamptz);
        ${belongsTo('orders', 'account')} ${belongsTo('payments', 'account')}
        ${belongsTo('readings', 'device')} ${belongsTo('alerts', 'device')}
        CREATE TABLE invoices (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts,
          device_id bigint, created_at timestamptz);`),
    });
    expect(colocationGroups.map(({ name }) => name)).toEqual(['account_id', 'device_id']);
    expect(alternatives).toMatchObject([
      { name: 'device_id throughout', sentence: expect.stringMatching(/^By device_id throughout: /) },
    ]);
  });
});

describe('a few rows in a schema', () => {
  it('are counted, and taken for examples rather than for the size of their table', async () => {
    const catalog = withRows(
      await catalogOf(`
        CREATE TABLE accounts (id bigint PRIMARY KEY, name text);
        CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts);
        CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders);`),
      { accounts: statistics(26, 1_234, {}) },
    );
    const { tables, coverage } = await analyze({ catalog });
    expect(tables[0]).toMatchObject({ name: 'accounts', rows: { count: 26 }, bytes: 1_234 });
    expect(coverage.notes.slice(0, 2)).toEqual([
      '26 rows in 1 of 3 tables (1.23 kB) were measured, every one.',
      '2 tables had no data section; their sizes are estimates, and so are those of 1 table with so few rows that they look like examples.',
    ]);
  });
});

describe('a workload', () => {
  it('turns the design to the keys that queries use', async () => {
    const sql = `
      CREATE TABLE readings (device_id bigint NOT NULL, station_id bigint NOT NULL, at timestamptz NOT NULL, value float8);
      CREATE TABLE alerts (device_id bigint NOT NULL, station_id bigint NOT NULL, message text, created_at timestamptz);`;
    for (const key of ['device_id', 'station_id']) {
      const analysis = await analyze({
        catalog: await catalogOf(sql),
        workload: workloadOf([
          [`SELECT avg(value) FROM readings WHERE ${key} = $1`, 900],
          [`SELECT * FROM readings r JOIN alerts a USING (${key}) WHERE r.${key} = $1`, 100],
        ]),
      });
      expect(decisions(analysis)).toEqual({ readings: key, alerts: key });
      expect(analysis.headline.routerShareOfCalls).toBe(1);
      expect(analysis.workload?.queries).toHaveLength(2);
    }
  });

  it('learns relations from joins', async () => {
    const analysis = await analyze({
      catalog: await catalogOf(`
        CREATE TABLE title (id int PRIMARY KEY, name text, kind text, released date, notes text);
        CREATE TABLE cast_info (id int PRIMARY KEY, movie_id int NOT NULL, person text);`),
      workload: workloadOf([
        ['SELECT * FROM title t, cast_info c WHERE t.id = c.movie_id AND t.id = $1', 10],
      ]),
    });
    expect(decisions(analysis)).toEqual({ title: 'id', cast_info: 'movie_id' });
    expect(analysis.relations[0]).toMatchObject({ origin: 'workload', locality: 'colocated' });
  });
});

function workloadOf(queries: readonly (readonly [string, number])[]): Workload {
  return {
    sources: [{ kind: 'sql', label: 'test.sql', records: queries.length, ignored: 0 }],
    queries: queries.map(([sql, calls], line) => ({
      fingerprint: String(line),
      sql,
      calls,
      source: { label: 'test.sql', line },
    })),
    unparsed: [],
  };
}

function withRows(catalog: Catalog, byTable: Readonly<Record<string, TableStatistics>>): Catalog {
  return {
    ...catalog,
    tables: catalog.tables.map((table): Table => {
      const measured = byTable[table.name];
      return measured === undefined ? table : { ...table, statistics: measured };
    }),
  };
}

function statistics(
  rows: number,
  bytes: number,
  columns: Readonly<Record<string, ColumnStatistics>>,
): TableStatistics {
  return { rows, rowsProvenance: 'exact', bytes, sampledRows: rows, columns };
}

function column(entries: readonly { value: string; rows: number; bytes: number }[]): ColumnStatistics {
  const rows = sum(entries.map((entry) => entry.rows));
  return {
    provenance: 'exact',
    distinct: entries.length,
    nullShare: 0,
    averageWidthBytes: 4,
    heavyHitters: [...entries]
      .sort((a, b) => b.rows - a.rows)
      .slice(0, 10)
      .map((entry) => ({ value: entry.value, share: entry.rows / rows })),
    values: { complete: true, entries },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
