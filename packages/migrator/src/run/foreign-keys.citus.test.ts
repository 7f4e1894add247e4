import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { planFor } from './migration.test-support.ts';
import { runMigration } from './run-migration.ts';

const source = citusDatabase();
const target = citusDatabase();
let plan: Plan;

// The reviewer of the second order belongs to another company.
const shop = `
  CREATE TABLE companies (id bigint PRIMARY KEY);
  CREATE TABLE users (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies);
  CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies,
    owner_id bigint CONSTRAINT orders_owner REFERENCES users,
    reviewer_id bigint CONSTRAINT "orders Reviewer" REFERENCES users);
  INSERT INTO companies VALUES (1), (2);
  INSERT INTO users VALUES (10, 1), (20, 2);
  INSERT INTO orders VALUES (100, 1, 10, 10), (200, 1, 10, 20), (300, 2, 20, NULL)`;

const distribute = { companies: 'id', users: 'company_id', orders: 'company_id' };

beforeAll(async () => {
  plan = await planFor(source.url, shop, { distribute, shards: 4 });
});

async function foreignKeysOfOrders(): Promise<readonly string[]> {
  await using connection = await connect(target.url);
  const rows = await connection.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint
     WHERE conrelid = 'orders'::regclass AND contype = 'f' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

test('rows that would break a foreign key on Citus are counted before anything is begun', async () => {
  await expect(runMigration(plan, { source: source.url, target: target.url })).rejects.toMatchObject({
    message: expect.stringMatching(
      /break 1 foreign key of the plan, and nothing was begun: orders Reviewer \(1 of orders/,
    ),
    hint: expect.stringContaining('--without-foreign-key "orders Reviewer"'),
    exitCode: 2,
  });
  await using connection = await connect(target.url);
  const [schema] = await connection.query("SELECT to_regnamespace('shardwright') AS found");
  expect(schema).toEqual({ found: null });
});

test('a foreign key that the plan does not know is refused by name', async () => {
  const options = { source: source.url, target: target.url, withoutForeignKeys: ['orders_typo'] };
  await expect(runMigration(plan, options)).rejects.toThrow('the plan has no foreign key orders_typo');
});

test('unasked, the key fails once all rows are there, and the run ends without it when told so', async () => {
  const options = { source: source.url, target: target.url, countBrokenKeys: false };
  await expect(runMigration(plan, options)).rejects.toMatchObject({
    message: expect.stringContaining('every row is there, and foreign key orders Reviewer of orders'),
    hint: expect.stringContaining('--without-foreign-key "orders Reviewer"'),
  });
  const done = await runMigration(plan, { ...options, withoutForeignKeys: ['orders Reviewer'] });
  expect(done.foreignKeysLeftOut).toEqual(['"orders Reviewer" ON public.orders']);
  expect(await foreignKeysOfOrders()).toEqual(['orders_company_id_fkey', 'orders_owner']);
  const again = await runMigration(plan, { source: source.url, target: target.url });
  expect([again.isNew, again.foreignKeysLeftOut]).toEqual([false, done.foreignKeysLeftOut]);
});
