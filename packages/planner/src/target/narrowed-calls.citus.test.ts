import { analyze } from '@shardwright/analyzer';
import { readDatabase } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import type { Plan } from '../model/plan.ts';
import { plan } from '../plan.ts';

const source = testDatabase();
const target = citusDatabase();
let made: Plan;

beforeAll(async () => {
  await using connection = await source.connect();
  await connection.query(`
    CREATE FUNCTION label(n integer) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''no '' || n';
    CREATE FUNCTION wide(n integer) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''int''';
    CREATE FUNCTION wide(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''bigint''';
    CREATE TABLE companies (id serial PRIMARY KEY, code int NOT NULL);
    CREATE TABLE orders (
      id serial, company_id int NOT NULL REFERENCES companies, note text,
      label text GENERATED ALWAYS AS (label(id) || repeat('x', id)) STORED,
      kind text GENERATED ALWAYS AS (wide(id)) STORED,
      twice int GENERATED ALWAYS AS (id * 2) STORED,
      PRIMARY KEY (id), CONSTRAINT labelled CHECK (label(company_id) <> left(note, id)));
    CREATE INDEX by_label ON orders (label(company_id)) WHERE label(id) <> 'no 0';
    INSERT INTO companies (code) SELECT generate_series(1, 9);
    INSERT INTO orders (company_id, note) SELECT 1 + n % 9, 'note' FROM generate_series(1, 90) n;
    ANALYZE`);
  const catalog = await readDatabase(source.url, {}, quietContext());
  const distribute = [
    { table: 'companies', column: 'id' },
    { table: 'orders', column: 'company_id' },
  ];
  made = plan(catalog, await analyze({ catalog, options: { distribute, shards: 2 } }));
});

test('functions that take an integer are given one where their column became bigint', async () => {
  await using connection = await target.connect();
  for (const sql of [...made.session, ...made.steps.flatMap(({ apply }) => apply)])
    await connection.query(sql);
  await connection.query('INSERT INTO companies VALUES (1, 5)');
  await connection.query("INSERT INTO orders (id, company_id, note) VALUES (3, 1, 'note')");
  expect(await connection.query('SELECT label, kind, twice FROM orders')).toEqual([
    { label: 'no 3xxx', kind: 'bigint', twice: 6 },
  ]);
  await expect(
    connection.query("INSERT INTO orders (id, company_id, note) VALUES (4, 1, 'no 1')"),
  ).rejects.toThrow(/labelled/);
});

test('what was given a cast is told, and nothing else', () => {
  const told = made.changes.flatMap(({ kind, object, what }) =>
    kind === 'object-changed' ? [`${object}: ${what}`] : [],
  );
  expect(told).toEqual([
    'label: orders.label gives label and repeat integers, as they take',
    'labelled: labelled of orders gives label and left integers, as they take',
    'by_label: by_label of orders gives label integers, as it takes',
  ]);
});
