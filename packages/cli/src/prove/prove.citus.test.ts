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
