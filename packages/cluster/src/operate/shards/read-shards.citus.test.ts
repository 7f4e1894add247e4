import { beforeAll, expect, test } from 'vitest';
import type { Coordinator } from '../coordinator.ts';
import { testCoordinator } from '../test-coordinator.test-support.ts';
import { readShards } from './read-shards.ts';
import { summarizeShards } from './summarize-shards.ts';

const database = testCoordinator();
let coordinator: Coordinator;

beforeAll(async () => {
  coordinator = database.session();
  await coordinator.query(`
    CREATE SCHEMA "Shop";
    CREATE TABLE "Shop"."Order lines" ("Customer" bigint, note text);
    SELECT create_distributed_table('"Shop"."Order lines"', 'Customer', shard_count := 4);
    CREATE TABLE items (customer bigint, note text);
    SELECT create_distributed_table('items', 'customer', colocate_with := '"Shop"."Order lines"');
    CREATE TABLE countries (code text);
    SELECT create_reference_table('countries');
    CREATE TABLE plain (id int);
    INSERT INTO "Shop"."Order lines" SELECT 7, repeat('x', 400) FROM generate_series(1, 5000);
    INSERT INTO countries VALUES ('at'), ('de');
  `);
  await coordinator.query('ANALYZE "Shop"."Order lines", countries, items');
});

test('one heavy key shows as a hot shard of a skewed table, the others as empty', async () => {
  const { tables } = summarizeShards(await readShards(coordinator, '"Shop"."Order lines"'));
  expect(tables).toHaveLength(1);
  expect(tables[0]).toMatchObject({
    table: '"Shop"."Order lines"',
    distributionColumn: 'Customer',
    shardCount: 4,
    rows: 5000,
    emptyShards: 3,
    hotShards: [{ rows: 5000 }],
  });
  expect(tables[0]?.skew?.largestShare).toBeGreaterThan(0.95);
});

test('tables that are split alike are one group, and reference tables lie on every node', async () => {
  const { groups, tables } = summarizeShards(await readShards(coordinator));
  expect(groups.map((group) => group.tables.toSorted())).toEqual([['"Shop"."Order lines"', 'items']]);
  const countries = tables.find(({ table }) => table === 'countries');
  expect(countries).toMatchObject({ type: 'reference', shardCount: 1, rows: 2 });
  expect(countries?.nodes).toHaveLength(database.nodes.length);
});

test('a plain table and one that is not there are told apart', async () => {
  await expect(readShards(coordinator, 'plain')).rejects.toThrow('plain is a plain table');
  await expect(readShards(coordinator, 'no_such')).rejects.toThrow('there is no table no_such');
});
