import { readFileSync } from 'node:fs';
import type { Plan } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planFor } from './migration.test-support.ts';
import { runMigration } from './run-migration.ts';
import { rowsOf } from './two-sides.test-support.ts';

const source = testDatabase();
const target = citusDatabase();
let plan: Plan;
let connection: Connection;

const columns = `note text, total numeric, ratio float8, at timestamptz, day date, span interval, bytes bytea,
  tags text[], document jsonb, feels mood, place pair, period tstzrange, home inet`;
const values = `E'"ä"\\n\\\\', 1e30 + 0.01, 0.1 + 0.2::float8, '2020-02-29 12:00:00.000001+05', '4713-01-01 BC',
  '1 mon -2 days', '\\x00ff', ARRAY['a', NULL, '{"'], '{"a": [1, null]}', 'o''k', ROW(1, 'x,"'), '[2020-01-01,)', '::1/64'`;
const odd = `NULL, 'NaN', '-Infinity', 'infinity', '-infinity', '-3 years', '\\x', '{}', '[{"b": null}, 1e400]', NULL, NULL, 'empty', NULL`;

const shop = `
  CREATE TYPE mood AS ENUM ('sad', 'o''k');
  CREATE TYPE pair AS (a int, b text);
  CREATE TABLE companies (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, company_id int REFERENCES companies, ${columns});
  CREATE TABLE bills (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id int REFERENCES companies, total int,
    twice int GENERATED ALWAYS AS (total * 2) STORED
  );
  INSERT INTO companies VALUES (1), (2);
  INSERT INTO orders VALUES (1, 1, ${values}), (2, 2, ${odd}), (3, 2, ${values}), (4, 1, ${odd});
  INSERT INTO bills (company_id, total) SELECT 1 + n % 2, n FROM generate_series(1, 40) n`;

/** The example of the manual for a table. */
function documented(table: string): string {
  const manual = readFileSync(new URL('../../../../docs/run.md', import.meta.url), 'utf8');
  const [example] = new RegExp(`    BEGIN;\n    INSERT INTO ${table}\\b[^]*?COMMIT;\n`).exec(manual) ?? [];
  if (example === undefined) throw new RangeError(`the manual has no example for ${table}`);
  return example;
}

beforeAll(async () => {
  plan = await planFor(source.url, shop, {
    distribute: { companies: 'id', orders: 'company_id', bills: 'company_id' },
  });
  connection = await connect(source.url);
  await connection.query('UPDATE orders SET company_id = NULL WHERE id > 2');
  await connection.query('UPDATE bills SET company_id = NULL WHERE id > 35');
});
afterAll(() => connection.end());

test('rows in quarantine are brought in with a key by what the manual says, as they were', async () => {
  const options = { source: source.url, target: target.url };
  const { tables } = await runMigration(plan, options);
  expect(tables.map(({ relation, setAside }) => [relation, setAside]).sort()).toEqual([
    ['public.bills', 5],
    ['public.companies', 0],
    ['public.orders', 2],
  ]);
  await using citus = await connect(target.url);
  for (const table of ['orders', 'bills']) await citus.query(documented(table));
  expect(await citus.query('SELECT FROM shardwright.quarantine')).toEqual([]);
  await connection.query('UPDATE orders SET company_id = 1 WHERE company_id IS NULL');
  await connection.query('UPDATE bills SET company_id = 1 WHERE company_id IS NULL');
  for (const query of ['SELECT * FROM orders', 'SELECT id, company_id, total, twice FROM bills']) {
    expect(rowsOf(target.url, query)).toEqual(rowsOf(source.url, query));
  }
  const again = await runMigration(plan, options);
  expect(again.isNew).toBe(false);
});
