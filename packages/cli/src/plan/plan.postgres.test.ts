import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const database = testDatabase();
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-plan-'));
  await using connection = await database.connect();
  await connection.query(`
    CREATE TABLE companies (id bigint PRIMARY KEY, name text);
    CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies);
    INSERT INTO companies SELECT i, 'c' FROM generate_series(1, 100) i;
    INSERT INTO orders SELECT i, 1 + i % 100 FROM generate_series(1, 5000) i;
    ANALYZE`);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('plans from a live database, with the sizes that it knows', async () => {
  const out = join(directory, 'live');
  const planned = await runInProcess(migrate, ['plan', database.url, '--out', out, '--quiet']);
  expect([planned.code, planned.stderr]).toEqual([0, '']);
  expect(await readFile(join(out, 'table-analysis.txt'), 'utf8')).toContain('5,000 rows (server)');
  expect(await readFile(join(out, 'README.md'), 'utf8')).toMatch(
    /on disk, without indexes\.\n.*\(\d+ kB in the source,/,
  );
});

it('finds the server of an analysis again, and refuses it once it has changed', async () => {
  const analysis = join(directory, 'analysis.json');
  await runInProcess(migrate, ['analyze', database.url, '--out', analysis]);
  expect((await runInProcess(migrate, ['plan', analysis])).code).toBe(0);
  await using connection = await database.connect();
  // Rows alone change nothing.
  await connection.query('INSERT INTO companies VALUES (101, NULL)');
  expect((await runInProcess(migrate, ['plan', analysis])).code).toBe(0);
  await connection.query('ALTER TABLE orders ADD state text; CREATE INDEX ON orders (state)');
  const { code, stdout } = await runInProcess(migrate, ['plan', analysis]);
  expect(code).toBe(1);
  expect(stdout.match(/^ {2}[-+~] .*$/gm)).toEqual([
    '  + column public.orders.state',
    '  + index orders_state_idx ON public.orders',
  ]);
});
