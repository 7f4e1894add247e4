import { execFileSync } from 'node:child_process';
import { type Plan, readRows } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { relationOf } from '../load/load-tasks.ts';
import { planFor } from './migration.test-support.ts';
import { runMigration } from './run-migration.ts';

const shop = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  CREATE TABLE companies (id serial PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE users (id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, feels mood, tags text[]);
  CREATE TABLE regions (code text PRIMARY KEY, name text);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id int REFERENCES companies, user_id int REFERENCES users,
    total numeric(12,2), note text, placed_at timestamptz NOT NULL DEFAULT now(),
    length int GENERATED ALWAYS AS (char_length(note)) STORED
  );
  CREATE INDEX orders_placed_at ON orders (placed_at);
  CREATE TABLE items (id serial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, sku text, amount int);
  CREATE TABLE settings (name text PRIMARY KEY, value text);
  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 50) n;
  INSERT INTO users (company_id, feels, tags)
    SELECT 1 + n % 50, (ARRAY['sad', 'ok', 'happy'])[1 + n % 3]::mood, ARRAY['a', n::text, NULL] FROM generate_series(1, 500) n;
  INSERT INTO regions VALUES ('eu', 'Europe'), ('us', E'two\\nlines\\tand \\\\');
  INSERT INTO orders (company_id, user_id, total, note)
    SELECT 1 + (1 + n % 500) % 50, 1 + n % 500, n / 7.0, repeat('ä', n % 40) FROM generate_series(0, 19999) n;
  INSERT INTO items (order_id, sku, amount) SELECT 1 + n % 20000, 's' || n, n % 9 FROM generate_series(1, 60000) n;
  INSERT INTO settings VALUES ('theme', 'dark');
  CREATE SCHEMA "Odd";
  CREATE TABLE "Odd".visits_of_companies_whose_name_is_so_long_that_shards_cut_it (company_id int NOT NULL, page text);
  INSERT INTO "Odd".visits_of_companies_whose_name_is_so_long_that_shards_cut_it
    SELECT 1 + n % 50, repeat('p', n % 90) FROM generate_series(1, 30000) n`;

// After the analysis, which would have decided otherwise.
const withoutTenant = `
  UPDATE orders SET company_id = NULL WHERE id IN (100, 7777);
  DELETE FROM items WHERE order_id IN (100, 7777)`;

const decisions = {
  distribute: {
    companies: 'id',
    users: 'company_id',
    orders: 'company_id',
    items: 'company_id',
    '"Odd".visits_of_companies_whose_name_is_so_long_that_shards_cut_it': 'company_id',
  },
  reference: ['regions'],
  local: ['settings'],
};

const sourceDatabase = citusDatabase();
const targetDatabase = citusDatabase();
let plan: Plan;

beforeAll(async () => {
  plan = await planFor(sourceDatabase.url, shop, decisions);
  await using source = await connect(sourceDatabase.url);
  await source.query(withoutTenant);
});

async function textOf(url: string, query: string): Promise<string> {
  return execFileSync(
    'psql',
    ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', `COPY (${query}) TO STDOUT`, url],
    {
      maxBuffer: 1e9,
    },
  ).toString();
}

function sorted(text: string): string {
  return text.split('\n').sort().join('\n');
}

async function count(connection: Connection, from: string): Promise<number> {
  const [row] = await connection.query<{ count: string }>(`SELECT count(*) FROM ${from}`);
  return Number(row?.count);
}

test('a database comes over whole: rows, keys, sequences; rows without a tenant are set aside', async () => {
  const result = await runMigration(plan, {
    source: sourceDatabase.url,
    target: targetDatabase.url,
    jobs: 2,
    chunkBytes: 400_000,
  });
  await using target = await connect(targetDatabase.url);
  for (const load of plan.loads) {
    const columns = load.columns.map(({ name }) => `"${name}"`).join(', ');
    const before = sorted(await textOf(sourceDatabase.url, readRows(load)));
    const after = sorted(await textOf(targetDatabase.url, `SELECT ${columns} FROM ${relationOf(load)}`));
    expect(after === before, `rows of ${relationOf(load)}`).toBe(true);
  }
  expect(result.tables.map(({ relation, rows, setAside }) => [relation, rows, setAside]).sort()).toEqual([
    ['"Odd".visits_of_companies_whose_name_is_so_long_that_shards_cut_it', 30_000, 0],
    ['public.companies', 50, 0],
    ['public.items', 59_994, 0],
    ['public.orders', 19_998, 2],
    ['public.regions', 2, 0],
    ['public.settings', 1, 0],
    ['public.users', 500, 0],
  ]);
  const paths = new Map(result.tables.map(({ relation, path }) => [relation, path]));
  expect(paths.get('"Odd".visits_of_companies_whose_name_is_so_long_that_shards_cut_it')).toBe('direct');
  expect(await target.query('SELECT relation, reason FROM shardwright.quarantine')).toEqual([
    { relation: 'public.orders', reason: 'no company_id is found for the row' },
    { relation: 'public.orders', reason: 'no company_id is found for the row' },
  ]);
  expect(await count(target, 'orders WHERE length = char_length(note)')).toBe(19_998);
  const [added] = await target.query<{ id: string }>(
    "INSERT INTO companies (name) VALUES ('new') RETURNING id",
  );
  expect(Number(added?.id)).toBe(51);
  await expect(
    target.query('INSERT INTO items (company_id, order_id, sku) VALUES (1, 99999999, $1)', ['x']),
  ).rejects.toThrow(/foreign key/);
});

test('a second run finds nothing to do and leaves the target alone, whatever the source holds by then', async () => {
  await using source = await connect(sourceDatabase.url);
  await using target = await connect(targetDatabase.url);
  const before = await count(target, 'users');
  await source.query('INSERT INTO users (company_id) VALUES (1)');
  const result = await runMigration(plan, { source: sourceDatabase.url, target: targetDatabase.url });
  expect([result.isNew, await count(target, 'users')]).toEqual([false, before]);
});
