import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { analyze } from '@shardwright/analyzer';
import { readDatabase } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { runMigration } from '@shardwright/migrator';
import { type Plan, plan as planMigration } from '@shardwright/planner';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Outcome, runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const source = citusDatabase();
const target = citusDatabase();
let directory: string;
let plan: Plan;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'rollback-'));
  await using connection = await source.connect();
  await connection.query(`
    CREATE TABLE companies (id serial PRIMARY KEY, name text);
    CREATE TABLE orders (id bigserial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, note text);
    INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 20) n;
    INSERT INTO orders (company_id, note) SELECT 1 + n % 20, E'tab\\tline\\n\\\\ä' FROM generate_series(1, 300) n;
    SELECT lo_from_bytea(7001, decode(repeat('c0ffee', 100000), 'hex'));
    COMMENT ON LARGE OBJECT 7001 IS 'a cup';
    ANALYZE`);
  const catalog = await readDatabase(source.url, {}, quietContext());
  plan = planMigration(catalog, await analyze({ catalog, options: { tenant: 'company_id', shards: 2 } }));
  await writeFile(path.join(directory, 'plan.json'), JSON.stringify(plan));
  await migrated();
});
afterAll(() => rm(directory, { recursive: true }));

async function migrated(): Promise<void> {
  await runMigration(plan, { source: source.url, target: target.url });
}

function rollback(...args: readonly string[]): Promise<Outcome> {
  return runInProcess(migrate, ['rollback', '--target', target.url, ...args]);
}

async function onTarget(sql: string): Promise<readonly Record<string, unknown>[]> {
  await using connection = await target.connect();
  return await connection.query(sql);
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

test('without a word on a backup it is shown what would go, and nothing is taken back', async () => {
  const { code, stdout, stderr } = await rollback('--yes');
  expect([code, stdout]).toEqual([
    2,
    expect.stringMatching(/To take back +2 tables, 320 rows, 1 large object, \d+ steps/),
  ]);
  expect(stderr).toContain('Add --backup FILE; or --no-backup');
});

test('without a terminal and --yes nothing is taken back, nor with a no', async () => {
  const { code, stderr } = await rollback('--no-backup');
  expect([code, stderr]).toEqual([2, expect.stringContaining('with 2 tables and 320 rows?')]);
  const no = await runInProcess(migrate, ['rollback', '--target', target.url, '--no-backup'], {
    typed: 'n\n',
  });
  expect([no.code, no.stderr]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
});

test('another plan than that of the journal is refused', async () => {
  const other = path.join(directory, 'other.json');
  await writeFile(other, JSON.stringify({ ...plan, steps: [] }));
  const { code, stderr } = await rollback(other, '--yes', '--no-backup');
  expect([code, stderr]).toEqual([2, expect.stringContaining('the migration of another plan')]);
});

test('a view of somebody else is named and stays', async () => {
  await onTarget('CREATE VIEW mine AS SELECT * FROM orders');
  const { code, stderr } = await rollback('--yes', '--discard-written', '--no-backup');
  expect([code, stderr]).toEqual([1, expect.stringContaining('view public.mine, on public.orders')]);
  await onTarget('DROP VIEW mine');
});

test('rows that were written since are told, have to be wanted gone, and can be had back', async () => {
  await onTarget("UPDATE orders SET note = 'changed' WHERE id = 7");
  const refused = await rollback('--yes', '--no-backup');
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining(
      'orders: 300 rows loaded, 300 there; 1 added or changed since, 1 of the loaded changed or removed',
    ),
  ]);
  const document = await rollback('--yes', '--no-backup', '--json');
  expect([document.code, JSON.parse(document.stdout)]).toMatchObject([
    1,
    { outcome: 'refused', tables: [{ isWritten: false }, { table: 'public.orders', isWritten: true }] },
  ]);

  const orders = 'SELECT * FROM orders ORDER BY id';
  const rows = await onTarget(orders);
  const file = path.join(directory, 'backup.sql');
  const done = await rollback(directory, '--yes', '--discard-written', '--backup', file);
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('Backed up 320 rows of 2 tables')]);
  expect(done.stdout).toMatch(/Tables with all their rows +2\n/);
  expect(await onTarget("SELECT to_regclass('orders'), to_regnamespace('shardwright')")).toEqual([
    { to_regclass: null, to_regnamespace: null },
  ]);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file, target.url]);
  expect(await onTarget(orders)).toEqual(rows);
  expect(
    await onTarget("SELECT md5(lo_get(7001)), obj_description(7001, 'pg_largeobject'), lo_unlink(7001)"),
  ).toEqual([
    { md5: md5(Buffer.from('c0ffee'.repeat(100_000), 'hex')), obj_description: 'a cup', lo_unlink: 1 },
  ]);
  const [added] = await onTarget("INSERT INTO companies (name) VALUES ('new') RETURNING id");
  expect(added).toEqual({ id: '21' });
  await onTarget('DROP TABLE orders, companies');

  const nothing = await rollback('--yes', '--json');
  expect([nothing.code, JSON.parse(nothing.stdout)]).toEqual([
    0,
    { schemaVersion: '1.0', outcome: 'nothing' },
  ]);
});

test('a backup is never written over', async () => {
  await migrated();
  const file = path.join(directory, 'backup.sql');
  const { code, stderr } = await rollback('--yes', '--backup', file);
  expect([code, stderr]).toEqual([2, expect.stringContaining('it is there already')]);
  const { code: last } = await rollback('--yes', '--no-backup');
  expect(last).toBe(0);
});
