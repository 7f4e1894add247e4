import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl } from '@shardwright/cluster';
import { citusDatabase, corpusFile, corpusMissing } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

/** Names that need quotes, comments that could swallow an end, and what Citus keeps, changes and leaves out. */
const awkward = `
CREATE TYPE state AS ENUM ('new', 'it''s; done');
CREATE TABLE companies (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE "Orders; really" (
  id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, "order" state DEFAULT 'new', note text DEFAULT $$--$$);
CREATE TABLE lines (id serial PRIMARY KEY, order_id int NOT NULL REFERENCES "Orders; really", n int CHECK (n > 0));
CREATE INDEX recent ON lines (n) WHERE n > 10 -- the last word
;
CREATE VIEW large AS SELECT id, note FROM "Orders; really" WHERE note <> '\\echo :section' -- not an end
;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2; $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x'; RETURN NEW; END $$;
CREATE TRIGGER touching BEFORE UPDATE ON "Orders; really" FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TABLE lines IS E'first\\nDROP TABLE lines; -- second';
`;

const database = citusDatabase();
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-plan-'));
  await writeFile(join(directory, 'awkward.sql'), awkward);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const sources = [
  { name: 'awkward.sql', file: () => join(directory, 'awkward.sql') },
  { name: 'crates_io.sql', file: () => corpusFile('migrated', 'crates_io.sql') },
  { name: 'gisia.sql', file: () => corpusFile('dumps', 'gisia.sql') },
];

describe.each(sources)('the scripts of a plan for $name', ({ name, file }) => {
  test('run in psql without an error, and leave the database as it was', async (context) => {
    const source = file();
    if (source === undefined) return context.skip(corpusMissing);
    const out = join(directory, `plan of ${name}`);
    const planned = await runInProcess(migrate, [
      'plan',
      source,
      '--shards',
      '2',
      '--nodes',
      '2',
      '--out',
      out,
    ]);
    expect([planned.code, planned.stderr]).toEqual([0, expect.stringContaining('Wrote plan.json')]);
    const before = await dump();

    expect(await psql(join(out, 'migration.sql'))).toMatchObject({ code: 0, stderr: '' });
    const { tables } = JSON.parse(await readFile(join(out, 'plan.json'), 'utf8'));
    expect(await count("citus_tables WHERE citus_table_type <> 'local'")).toBe(
      tables.filter((table: { kind: string }) => table.kind !== 'local').length,
    );
    const again = await psql(join(out, 'migration.sql'));
    expect([again.code, again.stderr]).toEqual([
      3,
      expect.stringMatching(/is not empty, it holds .*rollback/s),
    ]);

    expect(await psql(join(out, 'rollback.sql'))).toMatchObject({ code: 0, stderr: '' });
    expect(await dump()).toBe(before);
    // What is not there is passed over.
    expect(await psql(join(out, 'rollback.sql'))).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the sections of migration.sql', () => {
  let out: string;
  beforeAll(async () => {
    out = join(directory, 'sections');
    const source = join(directory, 'awkward.sql');
    await runInProcess(migrate, ['plan', source, '--shards', '2', '--nodes', '2', '--out', out]);
  });

  test('leave a place for the rows, and go on after it', async () => {
    const script = join(out, 'migration.sql');
    const before = await psql(script, '-v', 'section=pre-data');
    expect(before).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('ready for their rows'),
    });
    expect(await count('pg_indexes WHERE schemaname = current_schema()')).toBe(0);
    await using connection = await database.connect();
    await connection.query("INSERT INTO companies VALUES (1, 'a')");
    const after = await psql(script, '-v', 'section=post-data');
    expect(after).toMatchObject({ code: 0, stderr: '' });
    expect(await count("pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace")).toBe(
      2,
    );
    expect(await psql(join(out, 'rollback.sql'))).toMatchObject({ code: 0, stderr: '' });
  });

  test('can be gone on with at any statement of the second one, as the head of the script says', async () => {
    const script = join(out, 'migration.sql');
    await psql(script, '-v', 'section=pre-data');
    const text = await readFile(script, 'utf8');
    const [, from, to] = /sed -n '(\d+),(\d+)p;N,\$p'/.exec(text) ?? [];
    const lines = text.split('\n');
    const first = lines.findIndex((line) => line.startsWith('-- LOAD')) + 1;
    const at = lines.findIndex((line, index) => index > first && line.startsWith('ALTER TABLE'));
    const rest = join(out, 'rest.sql');
    await writeFile(rest, [...lines.slice(Number(from) - 1, Number(to)), ...lines.slice(at)].join('\n'));
    expect(await psql(rest)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Done.') });
    expect(await psql(join(out, 'rollback.sql'))).toMatchObject({ code: 0, stderr: '' });
  });

  test('are known: any other name stops the script before its first step', async () => {
    const run = await psql(join(out, 'migration.sql'), '-v', 'section=predata');
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('pre-data or post-data')]);
    expect(await count("pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")).toBe(0);
  });
});

test('neither script runs in a database without Citus, where the source could be', async () => {
  const out = join(directory, 'refused');
  await runInProcess(migrate, ['plan', join(directory, 'awkward.sql'), '--out', out]);
  const elsewhere = databaseUrl(database.url, 'template1');
  for (const script of ['migration.sql', 'rollback.sql']) {
    const run = await runPsql(['-f', join(out, script), elsewhere]);
    expect([run.code, run.stderr]).toEqual([3, expect.stringMatching(/no Citus: nothing was done/)]);
  }
});

/** How a program ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const psql = (file: string, ...options: readonly string[]): Promise<Ended> =>
  runPsql(['-v', 'ON_ERROR_STOP=1', ...options, '-f', file, database.url]);

const runPsql = (args: readonly string[]): Promise<Ended> => runProgram('psql', ['-X', ...args]);

async function dump(): Promise<string> {
  const { code, stdout, stderr } = await runProgram('pg_dump', [database.url]);
  expect([code, stderr]).toEqual([0, '']);
  // Newer ones guard their output by a word that nobody can guess.
  return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}

async function runProgram(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  const [code] = await once(child, 'close');
  return { code, ...written };
}

async function count(of: string): Promise<number> {
  await using connection = await database.connect();
  const [row] = await connection.query<{ count: string }>(`SELECT count(*) FROM ${of}`);
  return Number(row?.count);
}
