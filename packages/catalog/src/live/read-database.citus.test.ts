import { type ProgressEvent, quietContext } from '@shardwright/core';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { readDatabase } from './read-database.ts';

const database = citusDatabase();

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY)');
  await connection.query("SELECT create_distributed_table('orders', 'id')");
});

test("a server that is already Citus says so, and shards and Citus' own objects stay out of the catalog", async () => {
  const events: ProgressEvent[] = [];
  const context = quietContext({ emit: (event) => events.push(event) });
  const catalog = await readDatabase(database.url, {}, context);
  expect(catalog.origin.citusVersion).toMatch(/^\d+\.\d+/);
  expect(events).toContainEqual({ kind: 'warning', message: expect.stringContaining('already runs Citus') });
  expect(catalog.tables.map(({ name }) => name)).toEqual(['orders']);
  expect([catalog.routines, catalog.types, catalog.verbatim, catalog.triggers].flat()).toEqual([]);
});
