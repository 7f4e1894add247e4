import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inspectInstallation, type PostgresServer, startPostgres } from '@shardwright/cluster';
import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { readWorkload, type Workload } from './index.ts';

let server: PostgresServer;
let statementsFile = '';
let logFile = '';

// What ran, and how often it should be found.
const point = 'SELECT name FROM items WHERE id = $1';

const insert = 'INSERT INTO items VALUES ($1, $2)';

beforeAll(async () => {
  const installation = await inspectInstallation(inject('postgresBin') ?? '');
  if (!installation) throw new Error('the postgres tier runs without a local PostgreSQL');
  server = await startPostgres({
    installation,
    settings: {
      shared_preload_libraries: 'pg_stat_statements',
      logging_collector: true,
      log_destination: 'csvlog',
      log_directory: 'log',
      log_filename: 'server',
      log_min_duration_statement: 0,
      lc_messages: 'C',
    },
  });
  statementsFile = path.join(server.dataDirectory, 'statements.csv');
  logFile = path.join(server.dataDirectory, 'log', 'server.csv');
  await using connection = await connect(server.url());
  await connection.query('CREATE EXTENSION pg_stat_statements');
  await connection.query('CREATE TABLE items (id int PRIMARY KEY, name text)');
  await connection.query('SELECT pg_stat_statements_reset()');
  for (const id of [1, 2, 3]) await connection.query(insert, [id, `item "${id}",\n'quoted'`]);
  await connection.query('BEGIN');
  for (const id of [1, 2]) await connection.query(point, [id]);
  await connection.query('SELECT name FROM items WHERE id = 3');
  await connection.query('COMMIT');
  await connection.query('SELECT name FROM items WHERE id IN (1, 2)');
  await connection.query('PREPARE named AS SELECT count(*) FROM items WHERE name = $1');
  await connection.query("EXECUTE named('a')");
  await connection.query("EXECUTE named('b')");
  await connection.query(`COPY (SELECT * FROM pg_stat_statements) TO '${statementsFile}' CSV HEADER`);
  await connection.query("SELECT 'the end'");
  // The collector writes when it gets to it.
  await vi.waitUntil(async () => (await readFile(logFile, 'utf8')).includes('the end'), { timeout: 30_000 });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

function callsOf({ queries }: Workload, like: RegExp): readonly number[] {
  return queries.filter(({ sql }) => like.test(sql)).map(({ calls }) => calls);
}

function expectWorkload(workload: Workload): void {
  expect(workload.unparsed).toEqual([]);
  expect(callsOf(workload, /^INSERT INTO items VALUES/)).toEqual([3]);
  expect(callsOf(workload, /WHERE id = \$1$/)).toEqual([3]);
  expect(callsOf(workload, /WHERE id IN/)).toEqual([1]);
  expect(callsOf(workload, /count\(\*\)/i)).toEqual([2]);
  const times = workload.queries.map(({ totalTimeMs }) => totalTimeMs ?? 0);
  expect(times.every((time) => time > 0)).toBe(true);
}

test("a server's pg_stat_statements comes back from its CSV, all columns of its version included", async () => {
  const workload = await readWorkload({ path: statementsFile }, quietContext());
  expect(workload.sources[0]?.kind).toBe('pg_stat_statements');
  expectWorkload(workload);
  expect(workload.queries.find(({ sql }) => sql === insert)?.rows).toBe(3);
});

test("a server's csvlog gives the same queries and calls, without the values in them", async () => {
  const workload = await readWorkload({ path: logFile }, quietContext());
  expect(workload.sources[0]?.kind).toBe('csvlog');
  expectWorkload(workload);
  expect(JSON.stringify(workload)).not.toContain('the end');
});

test('queries have the same fingerprints in both', async () => {
  const [statements, log] = await Promise.all(
    [statementsFile, logFile].map((file) => readWorkload({ path: file }, quietContext())),
  );
  const prints = (workload: Workload | undefined) =>
    new Map(workload?.queries.map(({ fingerprint, sql }) => [fingerprint, sql]));
  const logged = prints(log);
  const missing = [...prints(statements)].filter(([fingerprint]) => !logged.has(fingerprint));
  expect(missing).toEqual([]);
});
