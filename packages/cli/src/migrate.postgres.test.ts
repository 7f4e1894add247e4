import { testDatabase } from '@shardwright/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ProcessOutcome, startCommand } from './process.test-support.ts';

const database = testDatabase();

const migrate = (...args: readonly string[]): Promise<ProcessOutcome> => startCommand('migrate', args).ended;

beforeAll(async () => {
  await using connection = await database.connect();
  for (const statement of [
    'CREATE TABLE companies (id bigint PRIMARY KEY, name text NOT NULL)',
    'CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, total numeric)',
    "INSERT INTO companies SELECT i, 'c' || i FROM generate_series(1, 500) i",
    'INSERT INTO orders SELECT i, 1 + i % 500, i FROM generate_series(1, 20000) i',
    'CREATE SCHEMA other',
    'CREATE TABLE other.notes (id bigint PRIMARY KEY)',
    'ANALYZE',
  ]) {
    await connection.query(statement);
  }
});

describe('migrate analyze on a live database', () => {
  it('reads tables and the sizes the server knows', async () => {
    const run = await migrate('analyze', database.url, '--format', 'json', '--quiet');
    expect(run.stderr).toBe('');
    const analysis = JSON.parse(run.stdout);
    expect(analysis.origin.kind).toBe('database');
    expect(analysis.tables.map((table: { name: string }) => table.name).sort()).toEqual([
      'companies',
      'notes',
      'orders',
    ]);
    const orders = analysis.tables.find((table: { name: string }) => table.name === 'orders');
    expect(orders.rows).toEqual({ count: 20_000, provenance: 'server' });
    expect(run.code).toBe(0);
  });

  it('keeps to the schemas asked for', async () => {
    const run = await migrate('analyze', database.url, '--schema', 'other', '--format', 'json', '--quiet');
    expect(JSON.parse(run.stdout).tables).toMatchObject([{ schema: 'other', name: 'notes' }]);
  });

  it('leaves the database as it was', async () => {
    await using connection = await database.connect();
    const state = (): Promise<readonly object[]> =>
      connection.query(
        'SELECT count(*) AS objects, (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables) AS writes FROM pg_class',
      );
    const before = await state();
    await migrate('analyze', database.url);
    expect(await state()).toEqual(before);
  });

  it('exits with 3 for a database or role that is not there, and prints no password', async () => {
    const missing = new URL(database.url);
    missing.pathname = '/no_such_database';
    missing.password = 's3cr3t-word';
    const run = await migrate('analyze', missing.href);
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(/^migrate: .*no_such_database/);
    expect(run.stderr).toMatch(/^hint: /m);
    expect(run.stderr + run.stdout).not.toContain('s3cr3t-word');
  });

  it('refuses --sample, which has no effect there', async () => {
    const run = await migrate('analyze', database.url, '--sample', '100');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--sample has no effect on a live database');
  });
});
