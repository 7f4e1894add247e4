import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '@shardwright/analyzer';
import { readDump } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plan } from '../plan.ts';

// Items and parcels gain the company_id of their order.
const schema = `
CREATE TABLE public.companies (company_id int PRIMARY KEY, company text);
CREATE TABLE public.orders (order_id int PRIMARY KEY, note text,
  company_id int NOT NULL REFERENCES public.companies);
CREATE TABLE public.items (item_id int PRIMARY KEY, sku text, order_id int NOT NULL REFERENCES public.orders);
CREATE TABLE public.parcels (parcel_id int PRIMARY KEY, order_id int NOT NULL REFERENCES public.orders);
CREATE VIEW public.by_using AS SELECT i.sku, company FROM public.items i
  JOIN public.orders o USING (order_id) JOIN public.companies USING (company_id);
CREATE VIEW public.by_nature AS SELECT sku, parcel_id FROM public.items NATURAL JOIN public.parcels;
CREATE VIEW public.unnamed AS SELECT item_id, company_id FROM public.items i, public.orders o
  WHERE i.order_id = o.order_id;
CREATE VIEW public.everything AS SELECT * FROM public.parcels JOIN public.items USING (order_id);
CREATE VIEW public.as_it_was AS SELECT sku FROM public.items;
CREATE VIEW public.plain AS SELECT * FROM public.items;
CREATE VIEW public.grouped AS SELECT i.*, count(*) AS parcels FROM public.items i
  JOIN public.parcels p ON p.order_id = i.order_id GROUP BY i.item_id;
`;

const database = citusDatabase();
let connection: Connection;
let directory: string;
let changed: readonly string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'views-'));
  const file = join(directory, 'dump.sql');
  await writeFile(file, schema);
  const catalog = await readDump(file, {}, quietContext());
  const made = plan(catalog, await analyze({ catalog, options: { shards: 4, tenant: 'company_id' } }));
  expect(made.changes.filter(({ kind }) => kind === 'column-added').map(({ table }) => table.name)).toEqual([
    'items',
    'parcels',
  ]);
  changed = made.changes
    .filter(({ kind }) => kind === 'object-changed')
    .map(({ object }) => object)
    .sort();
  connection = await database.connect();
  for (const sql of made.session) await connection.query(sql);
  for (const sql of made.steps.flatMap(({ apply }) => apply)) await connection.query(sql);
  await connection.query(`
    SET citus.enable_repartition_joins = on;
    INSERT INTO companies VALUES (1, 'Ann & Co'), (2, 'Ben');
    INSERT INTO orders VALUES (10, 'soon', 1), (20, NULL, 2);
    INSERT INTO items (item_id, sku, order_id, company_id) VALUES (100, 'a', 10, 1), (200, 'b', 20, 2);
    INSERT INTO parcels (parcel_id, order_id, company_id) VALUES (5, 10, 1)`);
});
afterAll(async () => {
  await connection?.end();
  await rm(directory, { recursive: true, force: true });
});

test.each([
  [
    'by_using',
    [
      { sku: 'a', company: 'Ann & Co' },
      { sku: 'b', company: 'Ben' },
    ],
  ],
  ['by_nature', [{ sku: 'a', parcel_id: 5 }]],
  [
    'unnamed',
    [
      { item_id: 100, company_id: 1 },
      { item_id: 200, company_id: 2 },
    ],
  ],
  ['everything', [{ order_id: 10, parcel_id: 5, item_id: 100, sku: 'a' }]],
  [
    'plain',
    [
      { item_id: 100, sku: 'a', order_id: 10 },
      { item_id: 200, sku: 'b', order_id: 20 },
    ],
  ],
  ['grouped', [{ item_id: 100, sku: 'a', order_id: 10, parcels: '1' }]],
])('the view %s gives what it gave before its tables gained a column', async (view, rows) => {
  expect(await connection.query(`SELECT * FROM ${view} ORDER BY 1`)).toEqual(rows);
});

test('views that had to be written otherwise are told, and no others', () => {
  expect(changed).toEqual(['by_nature', 'by_using', 'everything', 'grouped', 'plain', 'unnamed']);
});
