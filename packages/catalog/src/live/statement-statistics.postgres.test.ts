import { inspectInstallation, type PostgresServer, startPostgres } from '@shardwright/cluster';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readStatementStatistics } from './statement-statistics.ts';

const database = testDatabase();
let server: PostgresServer;

beforeAll(async () => {
  const installation = await inspectInstallation(inject('postgresBin') ?? '');
  if (!installation) throw new Error('the postgres tier runs without a local PostgreSQL');
  server = await startPostgres({
    installation,
    settings: { shared_preload_libraries: 'pg_stat_statements' },
    accessRules: ['local all all trust'],
  });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

test('statements of this database come with calls, times and rows', async () => {
  await using connection = await connect(server.url());
  await connection.query(
    'CREATE SCHEMA "Odd schema"; CREATE EXTENSION pg_stat_statements SCHEMA "Odd schema"',
  );
  await connection.query('CREATE TABLE items (id integer)');
  await connection.query('INSERT INTO items SELECT generate_series(1, 10)');
  for (const id of [1, 2, 3]) await connection.query('SELECT * FROM items WHERE id <= $1', [id]);
  const found = await readStatementStatistics(connection);
  if (found.kind !== 'statements') throw new Error(found.reason);
  const row = found.rows.find(({ query }) => query === 'SELECT * FROM items WHERE id <= $1');
  expect(row).toMatchObject({ calls: 3, rows: 6 });
  expect(row?.totalTimeMs).toBeGreaterThan(0);
  expect(found.hidden).toBe(0);

  await connection.query('CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA "Odd schema" TO plain');
  const url = new URL(server.url());
  url.username = 'plain';
  await using limited = await connect(url.href);
  const seen = await readStatementStatistics(limited);
  expect(seen).toMatchObject({ kind: 'statements', hidden: expect.any(Number) });
  expect(seen.kind === 'statements' && seen.hidden).toBeGreaterThan(0);
});

test('a server that counts says what is in the way of reading', async () => {
  await using connection = await connect(server.url());
  await connection.query('CREATE DATABASE quiet');
  const url = new URL(server.url());
  url.pathname = '/quiet';
  await using quiet = await connect(url.href);
  expect(await readStatementStatistics(quiet)).toMatchObject({
    reason: 'the extension pg_stat_statements is not installed in this database',
    remedy: expect.stringMatching(/^CREATE EXTENSION/),
  });
  for (const statement of [
    'CREATE EXTENSION pg_stat_statements',
    'REVOKE SELECT ON pg_stat_statements FROM public',
    'CREATE ROLE stranger LOGIN',
  ])
    await quiet.query(statement);
  url.username = 'stranger';
  await using limited = await connect(url.href);
  expect(await readStatementStatistics(limited)).toMatchObject({
    reason: expect.stringMatching(/^pg_stat_statements cannot be read: .*permission denied/),
  });
});

test('a server that does not keep them says why', async () => {
  await using connection = await database.connect();
  const reason = 'the server does not preload pg_stat_statements';
  expect(await readStatementStatistics(connection)).toEqual({
    kind: 'unavailable',
    reason,
    remedy: expect.stringMatching(/shared_preload_libraries.* CREATE EXTENSION/),
  });
  await connection.query('CREATE EXTENSION pg_stat_statements');
  expect(await readStatementStatistics(connection)).toEqual({
    kind: 'unavailable',
    reason,
    remedy: expect.not.stringContaining('CREATE EXTENSION'),
  });
});
