import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

const databases = twoDatabases({
  schema: `
    CREATE TABLE orders (tenant bigint, id bigint, note text, PRIMARY KEY (tenant, id)) WITH (autovacuum_enabled = off);
    CREATE TABLE visits (id text, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
    CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
    CREATE TABLE countries (code char(4) PRIMARY KEY, name text);
    CREATE TABLE settings (id int PRIMARY KEY, value text);
    CREATE TABLE log (what text)`,
  distribute: `
    SELECT create_distributed_table('orders', 'tenant', shard_count => 8);
    SELECT create_distributed_table('visits', 'id', shard_count => 4);
    SELECT create_distributed_table('log', 'what', shard_count => 4);
    SELECT create_reference_table('countries')`,
  rows: `
    INSERT INTO orders SELECT n % 50, n, repeat('x', 400) FROM generate_series(1, 20000) AS n;
    INSERT INTO visits SELECT 'it''s "' || n || E'\\\\ä', date '2025-01-01' + n % 365 FROM generate_series(1, 5000) AS n;
    INSERT INTO countries SELECT 'c' || n, repeat('y', 300) FROM generate_series(1, 900) AS n;
    INSERT INTO settings SELECT n, repeat('z', 300) FROM generate_series(1, 900) AS n;
    INSERT INTO log SELECT 'line ' || n FROM generate_series(1, 3000) AS n`,
});

/** Pages of a table that were read since the server began to count. */
async function pagesRead(): Promise<number> {
  await using connection = await databases.source.connect();
  const [row] = await connection.query<{ pages: string }>(
    "SELECT heap_blks_read + heap_blks_hit AS pages FROM pg_statio_user_tables WHERE relname = 'orders'",
  );
  return Number(row?.pages);
}

/** Sessions tell what they read when they end, or soon after. */
async function pagesReadBy(work: () => Promise<unknown>): Promise<number> {
  const before = await pagesRead();
  await work();
  for (;;) {
    const now = await pagesRead();
    if (now > before) return now - before;
  }
}

test('a sample of tables of every kind finds nothing where nothing differs, and says how much it is', async () => {
  const verification = await databases.verify({ samplePercent: 10 });
  expect(findingsOf(verification)).toEqual([]);
  expect(verification.verdict).toBe('inconclusive');
  expect(verification.tables.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'countries sampled',
    'log equal',
    'orders sampled',
    'settings sampled',
    'visits sampled',
  ]);
  for (const { sampled, rows } of verification.tables) {
    expect(rows.target).toBe(rows.source);
    if (!sampled) continue;
    expect(sampled.pages).toBeGreaterThan(0);
    expect(sampled.pages).toBeLessThan(0.4 * sampled.ofPages);
  }
  const orders = verification.tables.find(({ name }) => name === 'orders');
  expect(orders?.rows.source).toBeGreaterThan(1400);
  expect(orders?.rows.source).toBeLessThan(2600);
});

test('what a sample reads falls with its share', async () => {
  const all = await pagesReadBy(() => databases.verify({ jobs: 1 }));
  const few = await pagesReadBy(() => databases.verify({ samplePercent: 5, jobs: 1 }));
  expect(few).toBeLessThan(all / 3);
});

test('rows that differ in many pages are found by a sample, with both sides', async () => {
  await databases.inTarget("UPDATE orders SET note = 'other' WHERE id % 3 = 0");
  await databases.inTarget("DELETE FROM visits WHERE at >= '2025-01-01'");
  const { tables, verdict } = await databases.verify({ samplePercent: 10, rows: 5 });
  expect(verdict).toBe('different');
  const orders = tables.find(({ name }) => name === 'orders');
  expect(orders?.differences).toHaveLength(5);
  expect(orders?.differences[0]?.columns.map(({ name, target }) => [name, target])).toEqual([
    ['note', 'other'],
  ]);
  expect(orders?.differentRows).toBeGreaterThan(400);
  const visits = tables.find(({ name }) => name === 'visits');
  expect(visits?.rows.target).toBe(0);
  expect(visits?.differences.every(({ kind }) => kind === 'only-in-source')).toBe(true);
});
