import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, quietContext } from '@shardwright/core';
import { type Plan, readRows } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relationOf } from '../load/load-tasks.ts';
import { planFor } from '../run/migration.test-support.ts';
import type { Compression } from './compression.ts';
import { exportRows } from './export-rows.ts';
import { importRows } from './import-rows.ts';
import { type FileFormat, readExport } from './manifest.ts';

const odd = `
  CREATE TYPE mood AS ENUM ('sad', 'o''k', 'happy');
  CREATE TYPE point3 AS (x float8, y float8, note text);
  CREATE DOMAIN percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
  CREATE TABLE tenants (id serial PRIMARY KEY, name text);
  CREATE TABLE "Odd ""Values"" /1" (
    tenant_id int REFERENCES tenants, id bigserial, words text, fixed char(5), bytes bytea, number numeric, single float4,
    double float8, flag boolean, day date, moment timestamptz, span interval, document jsonb, old json, feels mood,
    moods mood[], place point3, share percent, net inet, one uuid, period tstzrange, list text[], matrix int[][],
    length int GENERATED ALWAYS AS (char_length(words)) STORED, PRIMARY KEY (id)
  );
  CREATE TABLE plain (tenant_id int NOT NULL REFERENCES tenants, id int, words text, double float8, PRIMARY KEY (tenant_id, id));
  CREATE TABLE words (word text);
  CREATE TABLE events (at date NOT NULL, tenant_id int NOT NULL REFERENCES tenants, what text) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO tenants (name) SELECT 't' || n FROM generate_series(1, 20) n;
  INSERT INTO words VALUES (NULL), (''), ('\\.'), (E'\\\\N'), ('"'), ('""'), (','), (E'a\\nb'), (E'a\\r\\nb'), (E'\\r'), (E'\\n'),
    (E'x\\n\\\\.\\ny'), (' lead'), ('trail '), (E'\\t'), ('NULL'), ('null'), ('ä€😀'), (E'\\u0001\\u007f\\ufeff'), ('word'), ('\\');
  INSERT INTO "Odd ""Values"" /1" (tenant_id, words, fixed, bytes, number, single, double, flag, day, moment, span,
    document, old, feels, moods, place, share, net, one, period, list, matrix)
  SELECT 1 + n % 20, w.word, 'ab', decode('00ff0a0d22', 'hex'), f.number, f.single, f.double, n % 2 = 0, f.day, f.moment,
    '1 mon -2 days 03:04:05.678901', '{"a": [1, null, "\\\\n\\"", 1.10]}', '{"b":  1,"b":2}', 'o''k',
    ARRAY['sad', NULL, 'happy']::mood[], ROW(1.5, 'NaN', E'q"\\n,')::point3, 12.5, '::1/64',
    '7d444840-9dc0-11d1-b245-5ffdce74fad2', '[2020-01-01,infinity)', ARRAY['', NULL, 'NULL', '{"', E'\\\\'], '{{1,2},{3,4}}'
  FROM (SELECT row_number() OVER () AS n, word FROM words) w, (VALUES
    ('NaN'::numeric, '-0'::float4, '-0'::float8, 'infinity'::date, '-infinity'::timestamptz),
    (1e300 + 0.000000001, 'NaN', 'Infinity', '4713-01-01 BC', '0044-03-15 12:00:00.000001+00 BC'),
    (-0.00, 1e-45, 0.1 + 0.2::float8, '5874897-12-31', '294276-12-31 23:59:59.999999+00'),
    (NULL, NULL, 5e-324, NULL, NULL)) f (number, single, double, day, moment);
  INSERT INTO "Odd ""Values"" /1" (tenant_id) VALUES (1);
  INSERT INTO plain SELECT 1 + n % 20, n, repeat(chr(33 + n % 90), n % 60), n / 7.0 FROM generate_series(1, 20000) n;
  INSERT INTO events SELECT '2025-12-20'::date + n % 30, 1 + n % 20, 'e' || n FROM generate_series(1, 300) n;
  SELECT setval('tenants_id_seq', 4711)`;

// After the analysis, which would have decided otherwise.
const withoutTenant = `UPDATE "Odd ""Values"" /1" SET tenant_id = NULL WHERE id IN (3, 5)`;
const decisions = {
  distribute: { tenants: 'id', '"Odd ""Values"" /1"': 'tenant_id', plain: 'tenant_id', events: 'tenant_id' },
  reference: ['words'],
  shards: 4,
};
const chunkBytes = 200_000;

const sourceDatabase = citusDatabase();
const scratch = mkdtempSync(join(tmpdir(), 'shardwright-offline-'));
let plan: Plan;

beforeAll(async () => {
  plan = await planFor(sourceDatabase.url, odd, decisions);
  await using source = await connect(sourceDatabase.url);
  await source.query(withoutTenant);
});
afterAll(() => rmSync(scratch, { recursive: true }));

function textOf(url: string, query: string): string {
  const copied = execFileSync('psql', ['-X', '-q', '-c', `COPY (${query}) TO STDOUT`, url], {
    maxBuffer: 1e9,
  });
  return copied.toString().split('\n').sort().join('\n');
}

function expectSameRows(target: string): void {
  for (const load of plan.loads) {
    const columns = load.columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(', ');
    const before = textOf(sourceDatabase.url, readRows(load));
    expect(textOf(target, `SELECT ${columns} FROM ${relationOf(load)}`) === before, relationOf(load)).toBe(
      true,
    );
  }
}

/** Ends the work once so many rows are written or loaded. */
function interruptedAfter(rows: number): Context {
  const controller = new AbortController();
  return quietContext({
    signal: controller.signal,
    emit: (event) => {
      if (event.kind === 'progress' && (event.rows ?? 0) >= rows) controller.abort();
    },
  });
}

async function count(url: string, from: string): Promise<number> {
  await using connection: Connection = await connect(url);
  const [row] = await connection.query<{ count: string }>(`SELECT count(*) FROM ${from}`);
  return Number(row?.count);
}

/** What the published schema has against a manifest, in which every member must be described. */
function schemaProblems(text: string): unknown {
  const schema = readFileSync(new URL('../../schema/export-1.0.schema.json', import.meta.url), 'utf8');
  const closed = schema.replaceAll('"type": "object"', '"type": "object", "additionalProperties": false');
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(closed));
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

const ways: readonly (readonly [FileFormat, Compression])[] = [
  ['binary', 'none'],
  ['csv', 'none'],
  ['binary', 'zstd'],
  ['csv', 'gzip'],
];
const targets = ways.map(() => citusDatabase());

test.for(ways.map(([format, compression], index) => ({ format, compression, index })))(
  'odd values come over as they were in $format files, compression $compression',
  async ({ format, compression, index }) => {
    const directory = join(scratch, `${format}-${compression}`);
    const target = targets[index]?.url ?? '';
    const exported = await exportRows({
      source: sourceDatabase.url,
      directory,
      plan,
      format,
      compression,
      chunkBytes,
    });
    expect(schemaProblems(readFileSync(join(directory, 'manifest.json'), 'utf8'))).toEqual([]);
    const byName = new Map(exported.manifest.tables.map((table) => [table.name, table]));
    expect(byName.get('plain')?.files.length).toBeGreaterThan(3);
    expect(byName.get('plain')?.format).toBe(format);
    expect(byName.get('Odd "Values" /1')).toMatchObject({ format: 'csv' });
    const result = await importRows(directory, { target });
    expect(result.isNew).toBe(true);
    expectSameRows(target);
    expect(await count(target, 'shardwright.quarantine')).toBe(2);
    await using connection = await connect(target);
    const [next] = await connection.query<{ id: string }>("SELECT nextval('tenants_id_seq') AS id");
    expect(Number(next?.id)).toBe(4712);
    expect((await importRows(directory, { target })).isNew).toBe(false);
  },
);

test('a stopped export keeps what it wrote and goes on; only then it has a manifest, and is not written over', async () => {
  const directory = join(scratch, 'stopped');
  const options = { source: sourceDatabase.url, directory, plan, chunkBytes, jobs: 1 };
  await expect(exportRows(options, interruptedAfter(10_000))).rejects.toThrow();
  await expect(readExport(directory)).rejects.toThrow(/manifest\.json: there is no manifest/);
  await expect(exportRows({ ...options, format: 'csv' })).rejects.toThrow(
    /holds an unfinished export of --format binary/,
  );
  await expect(exportRows(options, interruptedAfter(15_000))).rejects.toThrow();
  const result = await exportRows(options);
  expect(result.kept).toBeGreaterThan(1);
  expect(result.begunAnew).toEqual([]);
  await expect(exportRows(options)).rejects.toThrow(/holds an export that is whole/);
  const { manifest } = await readExport(directory);
  const files = manifest.tables.flatMap((table) => table.files.map(({ name }) => name.replace('rows/', '')));
  expect(readdirSync(join(directory, 'rows')).sort()).toEqual(files.sort());
  expect(readdirSync(directory).sort()).toEqual(['manifest.json', 'plan.json', 'rows']);
});

test('a table that was changed between two runs of an export is named', async () => {
  const directory = join(scratch, 'changed');
  const options = { source: sourceDatabase.url, directory, plan, chunkBytes, jobs: 1 };
  await expect(exportRows(options, interruptedAfter(10_000))).rejects.toThrow();
  await using source = await connect(sourceDatabase.url);
  await source.query('DELETE FROM plain WHERE id = 78');
  const result = await exportRows(options);
  expect(result.begunAnew).toEqual([{ relation: 'public.plain', why: 'rows were removed' }]);
  expect(result.manifest.tables.find(({ name }) => name === 'plain')?.rows).toBe(19_999);
});

const damagedTarget = citusDatabase();

test('damage is found and named, none of the rows of that file stay, and the import goes on once it is mended', async () => {
  const directory = join(scratch, 'damaged');
  const target = damagedTarget.url;
  const { manifest } = await exportRows({
    source: sourceDatabase.url,
    directory,
    plan,
    format: 'csv',
    chunkBytes,
  });
  const files = manifest.tables.find(({ name }) => name === 'plain')?.files ?? [];
  const file = files.at(-1)?.name ?? '';
  const path = join(directory, file);
  const whole = readFileSync(path);
  const refused = async (message: RegExp): Promise<void> => {
    await expect(importRows(directory, { target, jobs: 1 })).rejects.toThrow(message);
  };

  renameSync(path, `${path}.away`);
  await refused(new RegExp(`${file}: the manifest lists this file, and it is not there`));
  renameSync(`${path}.away`, path);
  truncateSync(path, whole.length - 1);
  await refused(new RegExp(`${file}: the manifest says ${whole.length} bytes`));
  writeFileSync(path, whole);
  const manifestPath = join(directory, 'manifest.json');
  const text = readFileSync(manifestPath, 'utf8');
  writeFileSync(manifestPath, text.replace('"lastValue": "4711"', '"lastValue": "4710"'));
  await refused(/manifest\.json: the manifest is not as it was written/);
  writeFileSync(manifestPath, text);
  await using connection = await connect(target);
  expect(await connection.query("SELECT to_regclass('plain') AS plain")).toEqual([{ plain: null }]);

  // A letter within a text: the server takes it as well as any other.
  const letter = whole.lastIndexOf(',') - 2;
  writeFileSync(
    path,
    Buffer.concat([whole.subarray(0, letter), Buffer.from('~'), whole.subarray(letter + 1)]),
  );
  await refused(new RegExp(`${file}: the file is damaged`));
  // A digit of a number: the server refuses it first.
  const digit = whole.lastIndexOf('.') + 1;
  writeFileSync(path, Buffer.concat([whole.subarray(0, digit), Buffer.from('x'), whole.subarray(digit + 1)]));
  await refused(new RegExp(`${file}: the file is damaged`));
  const others = files.slice(0, -1).reduce((sum, { rows }) => sum + rows, 0);
  expect(await count(target, 'plain')).toBe(others);

  writeFileSync(path, whole);
  const result = await importRows(directory, { target });
  expect(result.tables.find(({ relation }) => relation.includes('plain'))?.rows).toBe(19_999);
  expectSameRows(target);
});

const stoppedTarget = citusDatabase();

test('a stopped import goes on and loads every row once; another export is refused meanwhile', async () => {
  const target = stoppedTarget.url;
  const directory = join(scratch, 'changed');
  for (const rows of [5_000, 12_000]) {
    await expect(importRows(directory, { target, jobs: 2 }, interruptedAfter(rows))).rejects.toThrow();
  }
  const loaded = await count(target, 'plain');
  expect(loaded).toBeGreaterThan(0);
  expect(loaded).toBeLessThan(19_999);
  await expect(importRows(join(scratch, 'damaged'), { target })).rejects.toThrow(
    /the target's migration reads from .*, exported .* UTC, not from .*, exported .* UTC/,
  );
  await importRows(directory, { target, jobs: 2 });
  expectSameRows(target);
});

test('tables that are exported as they are, are refused by an import with what to do instead', async () => {
  const directory = join(scratch, 'plain');
  const { manifest } = await exportRows({
    source: sourceDatabase.url,
    directory,
    tables: ['events', 'words'],
    format: 'csv',
  });
  expect(manifest.tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['events_2025', 120],
    ['events_2026', 180],
    ['words', 21],
  ]);
  const words = manifest.tables.find(({ name }) => name === 'words')?.files[0]?.name ?? '';
  expect(readFileSync(join(directory, words), 'utf8').split('\n').slice(0, 4)).toEqual([
    'word',
    '',
    '""',
    '"\\."',
  ]);
  await expect(importRows(directory, { target: damagedTarget.url })).rejects.toThrow(
    /was exported without a plan/,
  );
});

test('some tables of a plan can be exported, but not imported without the others', async () => {
  const directory = join(scratch, 'some');
  await exportRows({ source: sourceDatabase.url, directory, plan, tables: ['words'] });
  await expect(importRows(directory, { target: damagedTarget.url })).rejects.toThrow(
    /holds 1 of the 6 tables of its plan/,
  );
});

test('what is no table and what is no place for files is refused before anything is written', async () => {
  const directory = join(scratch, 'refused');
  const source = sourceDatabase.url;
  await expect(exportRows({ source, directory, tables: ['nothing'] })).rejects.toThrow(
    /has no table nothing/,
  );
  await expect(exportRows({ source, directory, tables: ['tenants_id_seq'] })).rejects.toThrow(
    /is a sequence/,
  );
  await expect(exportRows({ source, directory: scratch })).rejects.toThrow(/holds something else/);
  expect(readdirSync(scratch)).not.toContain('refused');
});
