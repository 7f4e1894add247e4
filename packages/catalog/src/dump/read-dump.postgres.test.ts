import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { type ProgressEvent, quietContext } from '@shardwright/core';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Catalog } from '../model/catalog.ts';
import { DumpFeed } from './dump-feed.ts';
import { openDump } from './open-dump.ts';
import { readDump } from './read-dump.ts';
import { surveyDump } from './survey-dump.ts';

const run = promisify(execFile);
const database = testDatabase();
let directory = '';

const schema = String.raw`
  CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL, slug varchar(40));
  CREATE TABLE orders (
    tenant_id int NOT NULL, id bigserial, ref uuid, placed_at timestamptz, note text, doc jsonb, kind char(3),
    total numeric(12,2), doubled int GENERATED ALWAYS AS (tenant_id * 2) STORED, PRIMARY KEY (tenant_id, id)
  );
  CREATE TABLE empty_one (id int);
  CREATE TABLE no_columns ();
  INSERT INTO no_columns SELECT FROM generate_series(1, 3);
  INSERT INTO tenants SELECT i, E'tab\there\nnew \\ ''quote'' é ' || i, 'slug-' || i FROM generate_series(1, 50) i;
  INSERT INTO orders (tenant_id, ref, placed_at, note, doc, kind, total)
    SELECT 1 + (i * i) % 50, md5(i::text)::uuid, timestamptz '2024-01-01' + i * interval '1 minute',
      CASE WHEN i % 4 = 0 THEN NULL ELSE E'line; -- ' || i || E'\n\\.\nrest' END, jsonb_build_object('i', i, 'q', '"\'),
      CASE WHEN i % 3 = 0 THEN '\N' ELSE 'abc' END, i / 7.0
    FROM generate_series(1, 5000) i;
  SELECT lo_from_bytea(0, 'large object');
  CREATE FUNCTION twice(i int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN i > 0 THEN i * 2 END; END;
`;

function program(name: string): string | undefined {
  const directory = inject('postgresBin');
  return directory === undefined ? undefined : path.join(directory, name);
}

async function dump(name: string, ...options: readonly string[]): Promise<string> {
  const file = path.join(directory, name);
  await run(program('pg_dump') ?? 'pg_dump', ['-d', database.url, '-f', file, ...options]);
  return file;
}

/** What must be the same however the dump is written. */
function summary(catalog: Catalog, hasWidths = true): unknown {
  return (
    catalog.tables
      // In a dump of INSERTs an empty table leaves no trace, and one without columns has DEFAULT VALUES.
      .filter(({ name }) => name === 'orders' || name === 'tenants')
      .map(({ name, statistics, columns }) => ({
        name,
        columns: columns.length,
        rows: statistics?.rows ?? 0,
        keys: Object.fromEntries(
          Object.entries(statistics?.columns ?? {}).map(
            ([column, { distinct, nullShare, maxWidthBytes, values }]) => [
              column,
              {
                ...{ distinct, nullShare, maxWidthBytes: hasWidths ? maxWidthBytes : undefined },
                values: values?.entries.map(({ value, rows }) => `${value}=${rows}`).sort(),
              },
            ],
          ),
        ),
      }))
      .sort((left, right) => (left.name < right.name ? -1 : 1))
  );
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'shardwright-dumps-'));
  await using connection = await database.connect();
  await connection.query(schema);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test('a plain dump is measured as the server counts', async (context) => {
  if (program('pg_dump') === undefined) return context.skip('pg_dump is not installed');
  const file = await dump('plain.sql');
  const events: ProgressEvent[] = [];
  const catalog = await readDump(file, {}, quietContext({ emit: (event) => void events.push(event) }));
  expect(catalog.problems).toEqual([]);
  expect(catalog.origin).toMatchObject({ kind: 'dump', label: file, bytesRead: (await stat(file)).size });
  expect(catalog.origin.producer).toMatch(/^pg_dump \d/);
  expect(catalog.origin.serverVersion).toMatch(/^\d/);
  const size = (await stat(file)).size;
  expect(events.at(-1)).toMatchObject({ kind: 'progress', done: size, total: size, unit: 'bytes' });
  const orders = catalog.tables.find(({ name }) => name === 'orders')?.statistics;
  expect(orders).toMatchObject({ rows: 5000, rowsProvenance: 'exact', sampledRows: 5000 });
  await using connection = await database.connect();
  const counted = await connection.query(
    `SELECT tenant_id::text AS value, count(*)::int AS rows FROM orders GROUP BY tenant_id ORDER BY tenant_id::text COLLATE "C"`,
  );
  const entries = [...(orders?.columns.tenant_id?.values?.entries ?? [])].sort((a, b) =>
    a.value < b.value ? -1 : 1,
  );
  expect(entries.map(({ value, rows }) => ({ value, rows }))).toEqual(counted);
  expect(entries.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(orders?.bytes);
  expect(orders?.columns.kind).toMatchObject({ distinct: 2, nullShare: 0 });
  expect(orders?.columns.note?.nullShare).toBe(0.25);
  expect(Math.abs((orders?.columns.ref?.distinct ?? 0) / 5000 - 1)).toBeLessThan(0.04);
  expect(catalog.sequences.map(({ lastValue }) => lastValue)).toEqual(['5000']);
  const rowsOfEmptyLines = catalog.tables.find(({ name }) => name === 'no_columns')?.statistics?.rows;
  expect(rowsOfEmptyLines).toBe(3);
  const tenants = catalog.tables.find(({ name }) => name === 'tenants')?.statistics;
  const names = tenants?.columns.name?.values?.entries.map(({ value }) => value);
  expect(names).toContain("tab\there\nnew \\ 'quote' é 7");
});

describe('the same database gives the same catalog', () => {
  test.each([
    ['custom', ['--format=custom']],
    ['tar', ['--format=tar']],
    ['directory', ['--format=directory']],
    ['latin1', ['--encoding=LATIN1']],
    ['inserts', ['--inserts']],
    ['column inserts', ['--column-inserts']],
    ['many rows per insert', ['--rows-per-insert=700', '--on-conflict-do-nothing']],
    ['quoted', ['--quote-all-identifiers', '--inserts']],
  ])('as %s', async (name, options) => {
    if (program('pg_dump') === undefined) return;
    const plain = await readDump(await dump('reference.sql'), {}, quietContext());
    const catalog = await readDump(await dump(name.replaceAll(' ', '-'), ...options), {}, quietContext());
    expect(catalog.problems).toEqual([]);
    // Another encoding has other widths.
    const hasWidths = name !== 'latin1';
    expect(summary(catalog, hasWidths)).toEqual(summary(plain, hasWidths));
  });

  test('compressed, with other line ends, and through a pipe', async (context) => {
    if (program('pg_dump') === undefined) return context.skip('pg_dump is not installed');
    const file = await dump('plain2.sql');
    const expected = summary(await readDump(file, {}, quietContext()));
    const gz = path.join(directory, 'no-suffix');
    await pipeline(createReadStream(file), createGzip(), createWriteStream(gz));
    expect(summary(await readDump(gz, {}, quietContext()))).toEqual(expected);
    const marked = path.join(directory, 'marked.sql');
    await writeFile(marked, Buffer.concat([Buffer.from('\ufeff'), await readFile(file)]));
    expect(summary(await readDump(marked, {}, quietContext()))).toEqual(expected);
    const statements: string[] = [];
    await using source = await openDump('-', createReadStream(gz));
    const target = {
      apply: ({ sql }: { sql: string }) => void statements.push(sql),
      applyPsql: () => {},
      copyTarget: () => undefined,
      setStatistics: () => {},
    };
    await new DumpFeed(source, target, { context: quietContext() }).run();
    expect(statements.some((sql) => sql.startsWith('SELECT pg_catalog.setval('))).toBe(true);
    expect(statements.some((sql) => sql.includes('lowrite'))).toBe(false);
  });
});

test('an archive has the same text each time, and can be put away before its end', async (context) => {
  if (program('pg_dump') === undefined) return context.skip('pg_dump is not installed');
  const file = await dump('same.custom', '--format=custom');
  const { identity } = await surveyDump(file, quietContext());
  {
    // So much is left as the pipe and its reader hold.
    await using begun = await openDump(file);
    await begun.read(Buffer.alloc(Number.parseInt(identity, 10) - 100_000));
  }
  expect((await surveyDump(file, quietContext())).identity).toBe(identity);
});

test('a damaged archive is refused with what pg_restore says', async (context) => {
  if (program('pg_dump') === undefined) return context.skip('pg_dump is not installed');
  const file = await dump('whole.custom', '--format=custom');
  const cut = path.join(directory, 'cut.custom');
  await writeFile(cut, (await readFile(file)).subarray(0, 3000));
  await expect(readDump(cut, {}, quietContext())).rejects.toThrow(/cut\.custom: pg_restore: /);
  const newer = await readFile(file);
  newer[6] = 99;
  await writeFile(cut, newer);
  await expect(readDump(cut, {}, quietContext())).rejects.toThrow(/unsupported version/);
});
