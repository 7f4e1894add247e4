import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitCode } from '@shardwright/core';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const source = citusDatabase();
const target = citusDatabase();
let plan = '';

beforeAll(async () => {
  plan = await mkdtemp(path.join(tmpdir(), 'verify-after-run-'));
  await using connection = await source.connect();
  await connection.query(
    `CREATE TABLE companies (id serial PRIMARY KEY, name text);
     CREATE TABLE users (id bigint PRIMARY KEY, company_id int NOT NULL REFERENCES companies);
     INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 30) n;
     INSERT INTO users SELECT n, 1 + n % 30 FROM generate_series(1, 3000) n`,
  );
  const decided = ['--distribute', 'companies=id', '--distribute', 'users=company_id', '--shards', '4'];
  await runInProcess(migrate, ['plan', source.url, '--out', plan, '--force', ...decided]);
  const { code } = await runInProcess(migrate, ['run', plan, '--source', source.url, '--target', target.url]);
  expect(code).toBe(exitCode.yes);
});

afterAll(() => rm(plan, { recursive: true, force: true }));

const verify = () =>
  runInProcess(migrate, ['verify', '--source', source.url, '--target', target.url, '--plan', plan]);

test('what was run is equal to its source, the journal of the run left aside', async () => {
  const { code, stdout } = await verify();
  expect([code, stdout]).toEqual([exitCode.yes, expect.stringMatching(/^Source and target hold the same/)]);
});

test('a table of somebody else beside the journal is told', async () => {
  await using connection = await target.connect();
  await connection.query('CREATE TABLE notes (id int)');
  const { code, stdout } = await verify();
  expect([code, stdout]).toEqual([exitCode.no, expect.stringMatching(/notes is not in the source/)]);
  expect(stdout).not.toMatch(/schema shardwright|shardwright\./);
});
