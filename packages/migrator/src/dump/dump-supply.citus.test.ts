import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { databaseUrl } from '@shardwright/cluster';
import { type ProgressEvent, quietContext } from '@shardwright/core';
import { type Plan, readRows } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { type CitusTestDatabase, citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { relationOf } from '../load/load-tasks.ts';
import { planFor } from '../run/migration.test-support.ts';
import { runMigration } from '../run/run-migration.ts';
import { readStatus } from '../status/read-status.ts';

const shop = String.raw`
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');
  CREATE TYPE pair AS (a int, b text);
  CREATE FUNCTION half(i bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT i / 2';
  CREATE TABLE companies (id serial PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE users (id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, feels mood, tags text[]);
  CREATE TABLE regions (code text PRIMARY KEY, name text);
  CREATE TABLE "Odd ones" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "note ä" text, company_id int REFERENCES companies,
    total numeric, ratio float8, at timestamptz, span interval, raw bytea, doc jsonb, page xml, pairs pair[], "order" int4range,
    half_id bigint GENERATED ALWAYS AS (half(company_id)) STORED, empty text NOT NULL DEFAULT ''
  );
  CREATE TABLE items (id serial PRIMARY KEY, odd_id bigint NOT NULL REFERENCES "Odd ones", sku text, amount int);
  CREATE TABLE visits (company_id int NOT NULL, at date NOT NULL, path text) PARTITION BY RANGE (at);
  CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
  CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
  CREATE TABLE settings (name text PRIMARY KEY, value text);
  CREATE TABLE nothing (company_id int PRIMARY KEY);
  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 50) n;
  INSERT INTO users (company_id, feels, tags)
    SELECT 1 + n % 50, (ARRAY['sad', 'ok', 'very happy'])[1 + n % 3]::mood, ARRAY['a,"', n::text, NULL] FROM generate_series(1, 500) n;
  INSERT INTO regions VALUES ('eu', 'Europe'), ('us', E'two\nlines\tand \\ \\N'), (E'\\N', E'\\.'), (E'\\.', NULL);
  INSERT INTO "Odd ones" ("note ä", company_id, total, ratio, at, span, raw, doc, page, pairs, "order")
    SELECT CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN E'\\.' WHEN 2 THEN E'a\tb\r\nc\\' ELSE repeat('ä𝄞', n % 60) END, 1 + n % 50,
      CASE n % 7 WHEN 0 THEN 'NaN' ELSE n / 7.0 END, CASE n % 6 WHEN 0 THEN '-Infinity' WHEN 1 THEN '-0' ELSE n / 3.0 END,
      CASE n % 9 WHEN 0 THEN 'infinity' WHEN 1 THEN '0044-03-15 12:00 BC' ELSE '2024-03-31 00:30+00'::timestamptz + n * interval '1.000001 s' END,
      n * interval '1 month -3 days', decode(md5(n::text), 'hex'), jsonb_build_object('k', E'\\"' || n), '<a/>text',
      ARRAY[ROW(n, E'x,"\\'), NULL]::pair[], int4range(n, n + 3)
    FROM generate_series(0, 9999) n;
  INSERT INTO items (odd_id, sku, amount) SELECT 1 + n % 10000, 's' || n, n % 9 FROM generate_series(1, 20000) n;
  INSERT INTO visits SELECT 1 + n % 50, date '2022-01-01' + n % 2000, '/' || n FROM generate_series(1, 8000) n;
  INSERT INTO settings VALUES ('theme', 'dark')`;

// After the analysis, which would have decided otherwise.
const withoutTenant = `
  UPDATE "Odd ones" SET company_id = NULL WHERE id IN (100, 7777);
  DELETE FROM items WHERE odd_id = 100;
  SELECT nextval('companies_id_seq')`;

const decisions = {
  distribute: {
    companies: 'id',
    users: 'company_id',
    '"Odd ones"': 'company_id',
    items: 'company_id',
    visits: 'company_id',
    nothing: 'company_id',
  },
  reference: ['regions'],
  local: ['settings'],
};

const targets = [citusDatabase(), citusDatabase(), citusDatabase()] as const;
const sourceName = `${targets[0].name}_source`;
const server = targets[0].nodes[0]?.url ?? '';
const source = databaseUrl(server, sourceName);
let directory = '';
let plan: Plan;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'shardwright-dump-supply-'));
  await using connection = await connect(server);
  await connection.query(`CREATE DATABASE ${sourceName} TEMPLATE template0`);
  plan = await planFor(source, shop, decisions);
  await using changed = await connect(source);
  await changed.query(withoutTenant);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
  await using connection = await connect(server);
  await connection.query(`DROP DATABASE ${sourceName} WITH (FORCE)`);
});

function dumpTo(name: string, ...options: readonly string[]): string {
  const file = path.join(directory, name);
  const bin = inject('postgresBin');
  execFileSync(bin === undefined ? 'pg_dump' : path.join(bin, 'pg_dump'), [...options, '-f', file, source]);
  return file;
}

/** Rows by their number and content, whatever their order. */
function digestOf(url: string, query: string): string {
  const options = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', `COPY (${query}) TO STDOUT`, url];
  const rows = execFileSync('psql', options, { maxBuffer: 1e9 }).toString('latin1').split('\n').sort();
  return `${rows.length - 1} ${createHash('sha256').update(rows.join('\n')).digest('hex')}`;
}

/** Every row of the source, under the names that the target has. */
function expectSameRows({ url }: CitusTestDatabase): void {
  for (const load of plan.loads) {
    const columns = load.columns.map(({ name }) => `"${name}"`).join(', ');
    const before = digestOf(source, readRows(load));
    const after = digestOf(url, `SELECT ${columns} FROM ${relationOf(load)}`);
    expect(after, `rows of ${relationOf(load)}`).toBe(before);
  }
}

async function expectWhole(database: CitusTestDatabase): Promise<void> {
  expectSameRows(database);
  await using target = await connect(database.url);
  expect(
    await target.query(
      "SELECT relation, reason, content ->> 'id' AS id, content -> 'total' AS total FROM shardwright.quarantine ORDER BY relation, id",
    ),
  ).toEqual(
    [
      {
        relation: 'public."Odd ones"',
        reason: 'no company_id is found for the row',
        id: '100',
        total: 99 / 7,
      },
      {
        relation: 'public."Odd ones"',
        reason: 'no company_id is found for the row',
        id: '7777',
        total: 7776 / 7,
      },
      { relation: 'public.items', reason: 'no company_id is found for the row', id: '17776', total: null },
      { relation: 'public.items', reason: 'no company_id is found for the row', id: '7776', total: null },
    ].map((row) => ({ ...row, total: row.total === null ? null : expect.closeTo(row.total, 5) })),
  );
  const [added] = await target.query<{ id: string }>(
    "INSERT INTO companies (name) VALUES ('new') RETURNING id",
  );
  expect(Number(added?.id)).toBe(52);
  // Its own, that is: other tests may be at work on the server.
  expect(
    await target.query(
      "SELECT FROM pg_database WHERE datname = 'shardwright_staging_' || replace((SELECT id::text FROM shardwright.migration), '-', '_')",
    ),
  ).toEqual([]);
}

describe('a plain dump', () => {
  let file = '';
  const options = { jobs: 2, chunkBytes: 20_000, load: 'direct' } as const;

  beforeAll(() => {
    file = dumpTo('plain.sql');
  });

  test('goes on where a run was stopped, and is not mixed with another dump', async () => {
    const [database] = targets;
    const target = database.url;
    const stop = new AbortController();
    const emit = (event: ProgressEvent): void => {
      if (event.kind === 'progress' && event.phase === 'loading rows' && (event.rows ?? 0) > 4000)
        stop.abort();
    };
    await expect(
      runMigration(plan, { ...options, source: file, target }, quietContext({ signal: stop.signal, emit })),
    ).rejects.toThrow();
    await using connection = await connect(target);
    const [before] = await connection.query<{ chunks: string }>(
      'SELECT count(*) AS chunks FROM shardwright.loaded_chunk',
    );
    expect(Number(before?.chunks)).toBeGreaterThan(0);
    const other = path.join(directory, 'other.sql');
    await writeFile(
      other,
      (await readFile(file, 'utf8')).replace('\ndark\t', '\ndusk\t').replace('theme\tdark', 'theme\tdusk'),
    );
    await expect(runMigration(plan, { ...options, source: other, target })).rejects.toThrow(
      /not from .*other\.sql/,
    );
    const { tables } = await runMigration(plan, { ...options, source: file, target });
    expect(
      tables.map(({ relation, path: way, rows, setAside }) => [relation, way, rows, setAside]).sort(),
    ).toEqual([
      ['public."Odd ones"', 'direct', 9998, 2],
      ['public.companies', 'direct', 50, 0],
      ['public.items', 'direct', 19_998 - 2, 2],
      ['public.nothing', 'direct', 0, 0],
      ['public.regions', 'coordinator', 4, 0],
      ['public.settings', 'coordinator', 1, 0],
      ['public.users', 'direct', 500, 0],
      ['public.visits_new', 'direct', expect.any(Number), 0],
      ['public.visits_old', 'direct', expect.any(Number), 0],
    ]);
    await expectWhole(database);
    const status = await readStatus(target);
    const odd = status?.tables.find(({ relation }) => relation === 'public."Odd ones"');
    expect(odd).toMatchObject({ rows: 9998, setAside: 2 });
    expect(status?.tables.every(({ chunks }) => chunks.done === chunks.total && chunks.total > 0)).toBe(true);
  });

  test('is refused when it is cut off, of another structure, of INSERTs, or on standard input', async () => {
    const { url: target } = targets[1];
    const text = await readFile(file, 'utf8');
    const cut = path.join(directory, 'cut.sql');
    await writeFile(cut, text.slice(0, text.length / 2));
    await expect(runMigration(plan, { source: cut, target })).rejects.toThrow(/cut off/);
    const changed = path.join(directory, 'changed.sql');
    await writeFile(changed, text);
    await appendFile(changed, 'CREATE TABLE public.late (id int);\n');
    await expect(runMigration(plan, { source: changed, target })).rejects.toThrow(
      /not what was planned for.*late/,
    );
    const inserts = dumpTo('inserts.sql', '--inserts');
    await expect(runMigration(plan, { source: inserts, target })).rejects.toThrow(/INSERT statements/);
    await expect(runMigration(plan, { source: '-', target })).rejects.toThrow(/only once/);
  });
});

test('an archive is loaded through the coordinator and every worker', async () => {
  const [, database] = targets;
  const file = dumpTo('archive.dump', '--format=custom');
  await runMigration(plan, {
    source: file,
    target: database.url,
    jobs: 2,
    chunkBytes: 50_000,
    load: 'all-nodes',
  });
  await expectWhole(database);
});

test('a compressed dump in Latin-1 with large objects is loaded, and these are named', async () => {
  const [, , database] = targets;
  const plain = await readFile(dumpTo('again.sql'), 'utf8');
  const latin = plain.replace("client_encoding = 'UTF8'", "client_encoding = 'LATIN1'").replaceAll('𝄞', 'ß');
  const file = path.join(directory, 'latin.sql.gz');
  const object = "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x00');\n";
  await writeFile(file, gzipSync(Buffer.from(`${latin}${object}`, 'latin1')));
  const warnings: string[] = [];
  const emit = (event: ProgressEvent): void => {
    if (event.kind === 'warning') warnings.push(event.message);
  };
  await runMigration(plan, { source: file, target: database.url, jobs: 1 }, quietContext({ emit }));
  expect(warnings.join('\n')).toMatch(/large objects of .*latin\.sql\.gz are not carried over/);
  await using changed = await connect(source);
  await changed.query(`UPDATE "Odd ones" SET "note ä" = replace("note ä", '𝄞', 'ß')`);
  await expectWhole(database);
});
