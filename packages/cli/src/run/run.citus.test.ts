import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitCode } from '@shardwright/core';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';
import { startCommand } from '../process.test-support.ts';

const source = citusDatabase();
const target = citusDatabase();
const other = citusDatabase();
const interrupted = citusDatabase();
let scratch = '';
let plan = '';

/** The address with a password that must not be printed anywhere. */
const withPassword = (url: string): string => {
  const address = new URL(url);
  address.password = 'verysecretword';
  return address.href;
};
const run = (to: string, ...more: readonly string[]) => [
  ...['run', plan, '--source', withPassword(source.url), '--target', withPassword(to), ...more],
];
const status = (to: string, ...more: readonly string[]) => ['status', '--target', to, ...more];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'run-'));
  plan = path.join(scratch, 'plan');
  await using connection = await source.connect();
  await connection.query(
    `CREATE TABLE companies (id bigint PRIMARY KEY, name text);
     CREATE TABLE users (id bigint PRIMARY KEY, company_id bigint REFERENCES companies, note text);
     CREATE TABLE regions (code text PRIMARY KEY);
     INSERT INTO companies SELECT n, 'c' || n FROM generate_series(1, 30) n;
     INSERT INTO users SELECT n, 1 + n % 30, repeat('x', 200) FROM generate_series(1, 30000) n;
     INSERT INTO regions VALUES ('eu'), ('us')`,
  );
  const { code, stderr } = await runInProcess(migrate, [
    ...['plan', source.url, '--out', plan, '--reference', 'regions', '--shards', '4'],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id'],
  ]);
  expect([code, stderr]).toEqual([exitCode.yes, expect.stringContaining('Wrote')]);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

test('before anything is begun, a status says so and is a no', async () => {
  const said = await runInProcess(migrate, status(target.url));
  expect(said).toEqual({
    code: exitCode.no,
    stdout: 'No migration was begun on this target.\n',
    stderr: '',
  });
});

test('a plan is carried out, told by table, and reported, with no password anywhere', async () => {
  const report = path.join(scratch, 'run.html');
  const said = await runInProcess(migrate, run(target.url, '--jobs', '2', '--report', report));
  expect(said.code).toBe(exitCode.yes);
  expect(said.stdout).toContain('Every row is there: 30,032 rows of 3 tables.');
  expect(said.stdout).toMatch(/^users +30,000 .* binary +direct +rows are sorted here/m);
  expect(said.stdout).toMatch(/^regions +2 .* binary +coordinator +every node gets each row/m);
  expect(said.stderr).toContain('migrate verify --source');
  expect(said.stderr).toContain(`migrate rollback ${plan} --target `);
  const page = await readFile(report, 'utf8');
  expect(page).toContain('Every row is there');
  for (const text of [said.stdout, said.stderr, page]) expect(text).not.toContain('verysecret');
});

test('the same command on a migration that is done changes nothing, and gives its document', async () => {
  const { code, stdout } = await runInProcess(migrate, run(target.url, '--json'));
  expect(code).toBe(exitCode.yes);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ schemaVersion: '1.0', isNew: false, quarantine: [], recopied: [] });
  const rows = document.tables.map((table: { relation: string; rows: number }) => [
    table.relation,
    table.rows,
  ]);
  expect(rows).toContainEqual(['public.users', 30_000]);
  expect(document.steps.every(({ phase }: { phase: string }) => phase !== '')).toBe(true);
});

test('a status of a migration that is done tells steps and tables, for people and programs', async () => {
  const said = await runInProcess(migrate, status(target.url));
  expect(said.code).toBe(exitCode.yes);
  expect(said.stdout).toMatch(/^Migration +done$/m);
  expect(said.stdout).toMatch(/^users +100 % +1\/1 +30,000 /m);
  const { stdout } = await runInProcess(migrate, status(target.url, '--watch', '--json'));
  expect(JSON.parse(stdout)).toMatchObject({ standing: 'done', share: 1, quarantine: [] });
});

test('a target in the middle of another migration is refused as a misunderstanding', async () => {
  const elsewhere = path.join(scratch, 'other-plan');
  await runInProcess(migrate, [
    ...['plan', source.url, '--out', elsewhere, '--shards', '8'],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id', '--reference', 'regions'],
  ]);
  const { code, stderr } = await runInProcess(migrate, [
    ...['run', elsewhere, '--source', source.url, '--target', target.url],
  ]);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toContain("another plan's migration");
});

const nobody = ['--source', 'postgres://a/b', '--target', 'postgres://a/c'];

test.each([
  [['run', 'nowhere', ...nobody], /no plan to read/],
  [['run', 'x', '--target', 'postgres://a/c'], /--source needs a value/],
  [['run', 'x', ...nobody, '--load', 'fast'], /coordinator, all-nodes, direct/],
  [['run', 'x', ...nobody, '--chunk-size', '1'], /size such as/],
  [['run', 'x', ...nobody, '--chunk-size', '0.5MB'], /at least 1MB/],
  [['run', 'x', ...nobody, '--metrics', 'here'], /HOST:PORT/],
  [['run', 'x', ...nobody, '--max-replica-lag', 'soon'], /duration such as/],
  [['run', 'x', ...nobody, '--max-active', 'few'], /whole number/],
  [['run', 'x', ...nobody, '--report', 'run.pdf'], /\.html, \.md or \.json/],
  [['status', '--target', 'postgres://a/c', '--watch', '0.1'], /half second/],
])('%j is refused', async (argv, message) => {
  const { code, stderr } = await runInProcess(migrate, argv);
  expect(code).toBe(exitCode.usage);
  expect(stderr).toMatch(message);
});

test('rows without a tenant end in quarantine, and the run in a no with their list', async () => {
  await using connection = await source.connect();
  await connection.query('UPDATE users SET company_id = NULL WHERE id IN (5, 50, 500)');
  const report = path.join(scratch, 'run.md');
  const said = await runInProcess(migrate, run(other.url, '--report', report));
  expect(said.code).toBe(exitCode.no);
  expect(said.stdout).toContain('3 rows set aside');
  expect(said.stdout).toMatch(/^users +3 +no company_id is found for the row$/m);
  expect(said.stderr).toContain("-c 'SELECT * FROM shardwright.quarantine'");
  expect(await readFile(report, 'utf8')).toMatch(/`users`: 3 rows, no company\\_id is found/);
  const told = await runInProcess(migrate, status(other.url));
  expect(told.stdout).toMatch(/^ {2}users +3 +no company_id/m);
});

test('events go to standard error as lines of JSON, with rows, bytes and the tables at work', async () => {
  await using connection = await interrupted.connect();
  await connection.query('SELECT 1');
  const running = startCommand(
    'migrate',
    run(
      interrupted.url,
      ...['--progress', 'json', '--jobs', '1', '--chunk-size', '1MB', '--max-replica-lag', '2min'],
      ...['--max-active', 'off'],
    ),
  );
  await running.told(/"phase":"loading rows"/);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  const events = stderr
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(events.find(({ phase }) => phase === 'loading rows')).toMatchObject({
    unit: 'bytes',
    done: expect.any(Number),
    total: expect.any(Number),
    rows: expect.any(Number),
    parts: expect.any(Array),
  });
  expect(code).toBe(exitCode.interrupted);
  expect(events.at(-1)).toMatchObject({
    kind: 'error',
    exitCode: 130,
    hint: expect.stringMatching(
      /^go on with: migrate run \S+plan --source \S+ --target \S+ --jobs 1 --chunk-size 1MB --max-replica-lag 120s --max-active off$/,
    ),
  });
  expect(stderr).not.toContain('verysecret');
});

test('what was interrupted is told so, with the command to go on, and ends when it is called again', async () => {
  const said = await runInProcess(migrate, status(interrupted.url));
  expect(said.code).toBe(exitCode.no);
  expect(said.stdout).toMatch(/^Migration +interrupted, while loading rows$/m);
  expect(said.stderr).toContain('migrate run DIR --source URL --target');
  const again = await runInProcess(migrate, run(interrupted.url));
  expect(again.code).toBe(exitCode.no);
  expect((await runInProcess(migrate, status(interrupted.url))).stdout).toMatch(/^Migration +done$/m);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('metrics are served while it runs, and not any more after', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/metrics`;
  const seen: string[] = [];
  let isRunning = true;
  const scraping = (async () => {
    while (isRunning) {
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.ok) seen.push(await answer.text());
      // Until the server listens, a refusal comes at once: others want to work, too.
      await new Promise((done) => setImmediate(done));
    }
  })();
  const { code, stderr } = await runInProcess(migrate, run(other.url, '--metrics', String(port)));
  isRunning = false;
  await scraping;
  expect([code, stderr]).toEqual([exitCode.no, expect.stringContaining(`Metrics on ${url}`)]);
  expect(seen[0]).toContain('# TYPE shardwright_migration_rows_total counter\n');
  expect(seen[0]).toContain('shardwright_migration_state{state="done"} 1\n');
  expect(seen[0]).toContain('shardwright_migration_rows_total{table="public.users"} 29997\n');
  expect(seen[0]).toContain('shardwright_migration_rows_set_aside{table="public.users"} 3\n');
  await expect(fetch(url)).rejects.toThrow();
});
