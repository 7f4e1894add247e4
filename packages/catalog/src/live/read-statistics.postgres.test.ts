import { quietContext } from '@shardwright/core';
import { testDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import type { Catalog, Table } from '../index.ts';
import { readDatabase } from './read-database.ts';

const database = testDatabase();
let catalog: Catalog;

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query(`
    CREATE TABLE events (
      id bigint PRIMARY KEY, tenant integer, half integer, kind text, at timestamptz, doc json, note text
    );
    INSERT INTO events
    SELECT n, CASE WHEN n <= 3000 THEN 7 ELSE n % 500 END, CASE WHEN n % 2 = 0 THEN n END,
           CASE WHEN n % 4 = 0 THEN 'b,"x"' ELSE 'a' END, '2024-01-01 00:00:00.5+00', '{}', repeat('x', 400)
    FROM generate_series(1, 10000) AS n;
    UPDATE events SET kind = kind WHERE id <= 10;
    DELETE FROM events WHERE id = 10000;
    ANALYZE events;
    CREATE TABLE never (id integer);
    CREATE TABLE parted (id integer) PARTITION BY HASH (id);
    CREATE TABLE part PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    INSERT INTO parted SELECT generate_series(1, 100);
    ANALYZE parted;
    SET timezone = 'Asia/Tokyo'`);
  catalog = await readDatabase(database.url, {}, quietContext());
});

function statistics(name: string): NonNullable<Table['statistics']> {
  const found = catalog.tables.find((table) => table.name === name)?.statistics;
  if (!found) throw new Error(`no statistics of ${name}`);
  return found;
}

test("rows and sizes are the server's", () => {
  const { rows, rowsProvenance, bytes, indexBytes } = statistics('events');
  expect({ rows, rowsProvenance }).toEqual({ rows: 9999, rowsProvenance: 'server' });
  expect(bytes).toBeGreaterThan(4_000_000);
  expect(indexBytes).toBeGreaterThan(200_000);
  expect(statistics('never')).toMatchObject({ rows: 0, bytes: 0 });
});

test("a partitioned table's statistics are those of its partitions, told once", () => {
  expect(catalog.tables.find(({ name }) => name === 'parted')).not.toHaveProperty('statistics');
  expect(statistics('part').rows).toBe(100);
});

test('a fraction of distinct values becomes their number', () => {
  const { columns } = statistics('events');
  expect(columns.id).toMatchObject({
    provenance: 'server',
    distinct: 9999,
    nullShare: 0,
    averageWidthBytes: 8,
  });
  expect(columns.id?.heavyHitters).toEqual([]);
  expect(columns.half?.nullShare).toBeCloseTo(0.5, 1);
  expect(columns.half?.distinct).toBeCloseTo(4999, -2);
});

test('most common values are heavy hitters, and all values when the server lists all', () => {
  const { columns } = statistics('events');
  expect(columns.tenant?.heavyHitters[0]).toEqual({ value: '7', share: expect.closeTo(0.3, 1) });
  expect(columns.tenant?.heavyHitters.length).toBeLessThanOrEqual(20);
  expect(columns.tenant).not.toHaveProperty('values');
  expect(columns.tenant?.heavyHitterError).toBeGreaterThan(0);
  expect(columns.kind).toMatchObject({ distinct: 2 });
  expect(columns.kind).not.toHaveProperty('heavyHitterError');
  expect(columns.kind?.values?.complete).toBe(true);
  expect(columns.kind?.values?.entries.map(({ value }) => value)).toEqual(['a', 'b,"x"']);
  expect(columns.kind?.values?.entries[1]?.rows).toBeCloseTo(2500, -2);
});

test('columns that cannot be keys are left out: types without a hash function, long texts', () => {
  expect(Object.keys(statistics('events').columns).sort()).toEqual(['at', 'half', 'id', 'kind', 'tenant']);
});
