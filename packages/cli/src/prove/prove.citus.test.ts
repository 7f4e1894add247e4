import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitCode } from '@shardwright/core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

let scratch = '';
let plan = '';

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'prove-'));
  const source = path.join(scratch, 'schema.sql');
  plan = path.join(scratch, 'plan');
  await writeFile(
    source,
    `CREATE TABLE companies (id bigserial PRIMARY KEY, name text);
     CREATE TABLE users (id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies);`,
  );
  const { code } = await runInProcess(migrate, [
    ...['plan', source, '--out', plan],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id'],
  ]);
  expect(code).toBe(exitCode.yes);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

beforeEach((context) => {
  if (inject('citusProvider').kind === 'existing') context.skip('a proof starts a cluster of its own');
});

test('a plan that migrate plan wrote is proven, in words and as a document', async () => {
  const said = await runInProcess(migrate, ['prove', plan]);
  expect(said).toMatchObject({
    code: exitCode.yes,
    stdout: expect.stringContaining('The plan holds on Citus'),
  });
  expect(said.stdout).toContain('nothing is left');
  const { code, stdout } = await runInProcess(migrate, ['prove', path.join(plan, 'plan.json'), '--json']);
  expect(code).toBe(exitCode.yes);
  expect(JSON.parse(stdout)).toMatchObject({ holds: true, failures: [], undo: { left: [] } });
});

test("a plan that was edited into something illegal is refused with the step and the server's words", async () => {
  const text = await readFile(path.join(plan, 'plan.json'), 'utf8');
  const edited = path.join(scratch, 'edited.json');
  await writeFile(edited, text.replace('PRIMARY KEY (company_id, id)', 'PRIMARY KEY (id)'));
  const { code, stdout } = await runInProcess(migrate, ['prove', edited]);
  expect(code).toBe(exitCode.no);
  expect(stdout).toContain('keys: users_pkey ON public.users');
  expect(stdout).toContain('cannot create constraint');
});

test.each([
  ['a directory without a plan', '.', /no plan to read/],
  ['nothing', 'nowhere', /no plan to read/],
  ['another file', 'schema.sql', /no plan of migrate plan/],
])('%s is no plan', async (_what, name, message) => {
  const { code, stderr } = await runInProcess(migrate, ['prove', path.join(scratch, name)]);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toMatch(message);
});

test('what the plan expects of queries is held against Citus, and what it refuses unforeseen is a no', async () => {
  const workload = path.join(scratch, 'queries.sql');
  await writeFile(workload, 'SELECT * FROM users WHERE company_id = $1; SELECT count(*) FROM users;');
  const out = path.join(scratch, 'proven');
  const said = await runInProcess(migrate, [
    ...['plan', path.join(scratch, 'schema.sql'), '--workload', workload, '--out', out, '--prove'],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id'],
  ]);
  expect(said).toMatchObject({
    code: exitCode.yes,
    stdout: expect.stringContaining('2 of 2 queries run as expected'),
  });
  expect(await readFile(path.join(out, 'README.md'), 'utf8')).toContain('## Proven on Citus');
  const document = JSON.parse(await readFile(path.join(out, 'plan.json'), 'utf8'));
  expect(document.proof).toMatchObject({
    holds: true,
    queries: [{ real: 'fast-path' }, { real: 'pushdown' }],
  });

  const wrong = path.join(scratch, 'wrong.json');
  const [first] = document.queries;
  const refused = { ...first, sql: 'UPDATE users SET company_id = $1 WHERE company_id = $2' };
  await writeFile(wrong, JSON.stringify({ ...document, queries: [refused] }));
  const told = await runInProcess(migrate, ['prove', wrong]);
  expect(told.code).toBe(exitCode.no);
  expect(told.stdout).toMatch(/fast path +unsupported +UPDATE users/);

  const foreign = { ...first, sql: 'SELECT * FROM nowhere' };
  await writeFile(wrong, JSON.stringify({ ...document, queries: [foreign] }));
  expect((await runInProcess(migrate, ['prove', wrong])).code).toBe(exitCode.inconclusive);
});

test('an analysis carries what its plan was proven on', async () => {
  const { code, stdout } = await runInProcess(migrate, [
    ...['analyze', path.join(scratch, 'schema.sql'), '--prove', '--workers', '1', '--format', 'json'],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id'],
  ]);
  expect(code).toBe(exitCode.yes);
  expect(JSON.parse(stdout).proof).toMatchObject({ holds: true, workers: 1 });
});

test('options of a proof without a proof are a misunderstanding', async () => {
  const { code, stderr } = await runInProcess(migrate, [
    'plan',
    path.join(scratch, 'schema.sql'),
    '--workers',
    '3',
  ]);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toContain('--workers has no effect without --prove');
});
