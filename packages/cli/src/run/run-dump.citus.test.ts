import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { exitCode } from '@shardwright/core';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const source = testDatabase();
const restored = testDatabase();
const target = citusDatabase();
const other = citusDatabase();
let scratch = '';
let plan = '';
let dump = '';

function program(name: string, ...args: readonly string[]): string {
  const bin = inject('postgresBin');
  return execFileSync(bin === undefined ? name : path.join(bin, name), args, {
    maxBuffer: 2 ** 28,
  }).toString();
}

const run = (from: string, to: string) => ['run', plan, '--source', from, '--target', to];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'run-dump-'));
  await using connection = await source.connect();
  await connection.query(
    `CREATE TABLE companies (id bigserial PRIMARY KEY, name text);
     CREATE TABLE users (id bigint PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, note text);
     CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, note text);
     INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 30) n;
     INSERT INTO users SELECT n, 1 + n % 30, repeat(E'x\\t', 200) FROM generate_series(1, 5000) n;
     INSERT INTO notes SELECT n, 1 + n % 5000, 'n' || n FROM generate_series(1, 9000) n`,
  );
  dump = path.join(scratch, 'shop.sql.gz');
  await writeFile(dump, gzipSync(program('pg_dump', source.url)));
  plan = path.join(scratch, 'plan');
  const { code, stderr } = await runInProcess(migrate, [
    ...['plan', dump, '--out', plan, '--shards', '4'],
    ...[
      '--distribute',
      'companies=id',
      '--distribute',
      'users=company_id',
      '--distribute',
      'notes=company_id',
    ],
  ]);
  expect([code, stderr]).toEqual([exitCode.yes, expect.stringContaining('Wrote')]);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

test('what a dump holds comes over whole: the same as in the database that it is restored into', async () => {
  const said = await runInProcess(migrate, run(dump, target.url));
  expect(said.stdout).toContain('Every row is there: 14,030 rows of 3 tables.');
  expect(said.code).toBe(exitCode.yes);
  expect(said.stdout).toContain(`From  ${dump}`);
  expect(said.stdout).toMatch(/^users +5,000 .* text +direct +rows are sorted here/m);
  expect(said.stderr).toMatch(/the dump was restored into.*migrate verify --source postgres:\/\/…/s);
  const status = await runInProcess(migrate, ['status', '--target', target.url]);
  expect(status.stderr).toContain(`Compare with a database that ${dump} was restored into`);
  const plain = path.join(scratch, 'shop.sql');
  program('pg_dump', '-f', plain, source.url);
  program('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', plain, restored.url);
  const { code, stdout } = await runInProcess(migrate, [
    ...['verify', '--source', restored.url, '--target', target.url, '--plan', plan],
  ]);
  expect([code, stdout]).toEqual([exitCode.yes, expect.stringContaining('hold the same')]);
});

test('a dump that is another by now is refused, also under its name; packed otherwise it is the same', async () => {
  const text = gunzipSync(await readFile(dump)).toString();
  const plain = path.join(scratch, 'same.sql');
  await writeFile(plain, text);
  expect((await runInProcess(migrate, run(plain, target.url))).stdout).toContain('came to its end before');
  await writeFile(dump, text.replace('\tc7\n', '\tc8\n'));
  const { code, stderr } = await runInProcess(migrate, run(dump, target.url));
  expect([code, stderr]).toEqual([exitCode.usage, expect.stringContaining('is not what it was when')]);
});

test.each([
  ['that is not there', () => 'nowhere.dump', exitCode.usage, /no such file/],
  ['on standard input', () => '-', exitCode.usage, /only once/],
  [
    'of another database system',
    () => 'mysql://root:verysecret@db/shop',
    exitCode.usage,
    /^migrate: cannot read from mysql:\/\/$/m,
  ],
  ['that is cut off', (text: string) => text.slice(0, text.length / 2), exitCode.usage, /cut off/],
  ['without rows', () => program('pg_dump', '--schema-only', source.url), exitCode.usage, /holds no rows/],
  ['of INSERTs', () => program('pg_dump', '--inserts', source.url), exitCode.usage, /INSERT statements/],
  [
    'of another structure',
    (text: string) => `${text}CREATE TABLE public.late (id int);\n`,
    exitCode.database,
    /not what was planned for.*late/,
  ],
  [
    'of times in another form',
    (text: string) => text.replace('SET ', "SET DateStyle = 'SQL, DMY';\nSET "),
    exitCode.usage,
    /DateStyle/,
  ],
])('a dump %s is refused, and nothing is begun', async (_what, made, expected, message) => {
  const text = program('pg_dump', source.url);
  const content = made(text);
  const file = path.join(scratch, 'bad.sql');
  if (content.includes('\n')) await writeFile(file, content);
  const { code, stderr } = await runInProcess(
    migrate,
    run(content.includes('\n') ? file : content, other.url),
  );
  expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
  expect(stderr).not.toContain('verysecret');
  const status = await runInProcess(migrate, ['status', '--target', other.url]);
  expect(status.stdout).toBe('No migration was begun on this target.\n');
});
