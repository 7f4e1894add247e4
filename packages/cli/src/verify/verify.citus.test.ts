import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCode } from '@shardwright/core';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';
import { migrated } from './migrated.test-support.ts';

const source = testDatabase();
const target = citusDatabase();
let scratch = '';
let plan = '';

const schema = `
  CREATE TYPE state AS ENUM ('draft', 'published');
  CREATE TABLE companies (id serial PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
  CREATE TABLE users (id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, email text, UNIQUE (email));
  CREATE TABLE posts (id serial PRIMARY KEY, company_id int REFERENCES companies, author_id int REFERENCES users, state state DEFAULT 'draft');
  CREATE TABLE comments (id bigserial PRIMARY KEY, post_id int REFERENCES posts, body text, length int GENERATED ALWAYS AS (char_length(body)) STORED);
  CREATE INDEX comments_body ON comments (body) WHERE body <> '';
  CREATE TABLE visits (company_id int NOT NULL REFERENCES companies, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
  CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
  CREATE TABLE regions (code text PRIMARY KEY);
  CREATE TABLE "odd settings" ("select" text PRIMARY KEY, value numeric);
  CREATE VIEW published AS SELECT id, author_id FROM posts WHERE state = 'published';
  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 20) AS n;
  INSERT INTO users (company_id, email) SELECT 1 + n % 20, 'u' || n FROM generate_series(1, 200) AS n;
  INSERT INTO posts (company_id, author_id, state) SELECT 1 + n % 20, 1 + (n - 1) % 200, 'published' FROM generate_series(1, 300) AS n;
  INSERT INTO comments (post_id, body) SELECT 1 + n % 300, 'comment ' || n FROM generate_series(1, 3000) AS n;
  INSERT INTO visits SELECT 1 + n % 20, date '2025-01-01' + n % 365 FROM generate_series(1, 700) AS n;
  INSERT INTO regions VALUES ('eu'), ('us');
  INSERT INTO "odd settings" VALUES ('a', 1.50);
  ANALYZE`;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'verify-'));
  plan = path.join(scratch, 'plan');
  await using connection = await source.connect();
  await connection.query(schema);
  const keys = [
    'companies=id',
    'users=company_id',
    'posts=company_id',
    'comments=company_id',
    'visits=company_id',
  ];
  await migrated(
    { source: source.url, target: target.url },
    plan,
    [
      ...keys.flatMap((key) => ['--distribute', key]),
      ...['--reference', 'regions', '--local', 'odd settings', '--shards', '4'],
    ],
    async () => {
      // Such a post has no shard, and so have its ten comments; an analysis that saw it would refuse the key.
      await connection.query('UPDATE posts SET company_id = NULL WHERE id = 9');
    },
  );
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

const run = (...options: readonly string[]) =>
  runInProcess(migrate, ['verify', '--source', source.url, '--target', target.url, ...options]);

async function inTarget(sql: string): Promise<void> {
  await using connection = await target.connect();
  await connection.query(sql);
}

const bin = fileURLToPath(new URL('../../bin/migrate.js', import.meta.url));
const schemaFile = new URL('../../../verifier/schema/verification-1.0.schema.json', import.meta.url);

function documentOf(stdout: string): Record<string, unknown> {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  const document = JSON.parse(stdout) as Record<string, unknown>;
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document;
}

test('what a plan announced is no difference, and everything it filled is compared', async () => {
  const { code, stdout } = await run('--plan', plan, '--json');
  expect(documentOf(stdout)).toMatchObject({
    verdict: 'equal',
    structure: { findings: [], announced: expect.arrayContaining(['column public.comments.company_id']) },
    sequences: { findings: [] },
  });
  expect(code).toBe(exitCode.yes);
  const said = await run('--plan', plan);
  expect(said.stdout).toContain('Source and target hold the same.');
  expect(said.stdout).toMatch(/Set aside +11 rows of the source/);
  expect(existsSync(path.join(plan, 'verify-state.json'))).toBe(false);
});

test('without the plan, what it announced is told', async () => {
  const { code, stdout } = await run('--json');
  const { structure } = documentOf(stdout) as { structure: { findings: { object: string }[] } };
  expect(structure.findings.map(({ object }) => object)).toContain('column public.comments.company_id');
  expect(code).toBe(exitCode.no);
});

test('a wrong tenant, a lost index and a view that says something else are found beside the announced changes', async () => {
  await inTarget("UPDATE comments SET body = 'other' WHERE id = 7");
  await inTarget('DROP INDEX comments_body');
  await inTarget('CREATE OR REPLACE VIEW published AS SELECT id, author_id FROM posts WHERE id > 0');
  const { code, stdout } = await run('--plan', plan);
  expect(code).toBe(exitCode.no);
  expect(stdout).toContain('index comments_body ON public.comments is missing');
  expect(stdout).toContain('view public.published is not as in the source');
  expect(stdout).toMatch(/comments {2}2,990 rows; 1 row differs\n {2}id = '7' {2}different/);
  expect(stdout).toMatch(/body +'comment 7' +'other'\n/);
  expect(stdout).toMatch(/length +'9' +'5'\n/);
  await inTarget("UPDATE comments SET body = 'comment 7' WHERE id = 7");
  await inTarget("CREATE INDEX comments_body ON comments (body) WHERE body <> ''");
  await inTarget(
    "CREATE OR REPLACE VIEW published AS SELECT id, author_id FROM posts WHERE state = 'published'",
  );
  expect((await run('--plan', plan)).code).toBe(exitCode.yes);
});

test('rows in the heap of a table that was distributed around them are found', async () => {
  await inTarget('CREATE TABLE late (id int PRIMARY KEY); INSERT INTO late VALUES (1), (2)');
  await inTarget("SET client_min_messages = error; SELECT create_distributed_table('late', 'id')");
  const { code, stdout } = await run('--plan', plan);
  expect(code).toBe(exitCode.no);
  expect(stdout).toMatch(/late holds about 2 rows that no query sees/);
  await inTarget('DROP TABLE late');
});

test('a run that was killed goes on with the tables that are left, and says so', async () => {
  const state = path.join(scratch, 'state.json');
  const ended = new AbortController();
  const killed = spawn(
    process.execPath,
    [
      ...[bin, 'verify', '--source', source.url, '--target', target.url, '--plan', plan],
      // So slow that the first table is done long before the last one.
      ...['--state', state, '--max-rate', '100kB', '--jobs', '1'],
    ],
    { stdio: 'ignore' },
  );
  killed.once('exit', () => ended.abort(new Error('it ended before it could be killed')));
  for await (const _change of watch(scratch, { signal: ended.signal })) if (existsSync(state)) break;
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const { code, stdout } = await run('--plan', plan, '--state', state);
  expect(code).toBe(exitCode.yes);
  expect(stdout).toContain('Tables that an earlier run compared were not read again');
  expect(existsSync(state)).toBe(false);
});

test('a sample ends as inconclusive, and says loudly that it is one', async () => {
  const { code, stdout } = await run('--plan', plan, '--sample', '50');
  expect(code).toBe(exitCode.inconclusive);
  expect(stdout).toContain('Only a sample of 50 % of the rows was compared');
});

test('a pace is kept', async () => {
  const { code } = await run('--plan', plan, '--max-rate', '100MB', '--jobs', '1');
  expect(code).toBe(exitCode.yes);
});

test.each([
  ['no source', ['--target', 'postgres://x'], /--source is missing/],
  ['another address', ['--source', 'db', '--target', 'postgres://x'], /takes the address/],
  ['a sample of all', ['--sample', '100'], /between 0 and 100/],
  ['a rate of nothing', ['--max-rate', '5'], /at least 100kB/],
])('%s is refused', async (_what, given, message) => {
  const options = given.includes('--target') ? [] : ['--source', source.url, '--target', target.url];
  const { code, stderr } = await runInProcess(migrate, ['verify', ...options, ...given]);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toMatch(message);
});

test('a plan that is none is refused with the place', async () => {
  const file = path.join(scratch, 'other.json');
  await writeFile(file, '{"planVersion": "1.0"}');
  const { code, stderr } = await run('--plan', file);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toMatch(/it has no loads/);
});
