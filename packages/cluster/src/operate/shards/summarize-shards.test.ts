import { expect, test } from 'vitest';
import type { ShardPlacement } from './read-shards.ts';
import { summarizeShards } from './summarize-shards.ts';

const [east, west] = [
  { name: 'east', port: 5432 },
  { name: 'west', port: 5432 },
];
const megabyte = 1024 * 1024;

function placement(given: Partial<ShardPlacement>): ShardPlacement {
  return {
    table: 'orders',
    id: '1',
    type: 'distributed',
    colocationId: 1,
    distributionColumn: 'customer_id',
    node: east,
    sizeBytes: megabyte,
    rows: 10,
    ...given,
  };
}

test('shards add up by table, by co-location group and by node', () => {
  const summary = summarizeShards([
    placement({ id: '1' }),
    placement({ id: '2', node: west, sizeBytes: 3 * megabyte, rows: 30 }),
    placement({ table: 'items', id: '3', rows: 0 }),
    placement({ table: 'items', id: '4', node: west }),
  ]);
  expect(
    summary.tables.map(({ table, sizeBytes, rows, emptyShards }) => [table, sizeBytes, rows, emptyShards]),
  ).toEqual([
    ['orders', 4 * megabyte, 40, 0],
    ['items', 2 * megabyte, 10, 1],
  ]);
  expect(summary.groups).toMatchObject([
    { tables: ['orders', 'items'], shardCount: 2, sizeBytes: 6 * megabyte },
  ]);
  expect(summary.nodes).toEqual([
    { node: east, shards: 2, sizeBytes: 2 * megabyte, rows: 10 },
    { node: west, shards: 2, sizeBytes: 4 * megabyte, rows: 40 },
  ]);
  expect(summary.tables[0]?.skew).toEqual({ largestOverMean: 1.5, largestShare: 0.75 });
  expect(summary.nodeSkew).toEqual({ largestOverMean: 4 / 3, largestShare: 2 / 3 });
});

test('copies of a reference table count by bytes, but its rows only once, and skew no node', () => {
  const copy = { table: 'countries', type: 'reference', colocationId: 2, distributionColumn: null } as const;
  const summary = summarizeShards([
    placement({}),
    placement({ id: '2', node: west }),
    placement({ ...copy, id: '9', sizeBytes: 7 * megabyte }),
    placement({ ...copy, id: '9', sizeBytes: 7 * megabyte, node: west }),
  ]);
  expect(summary.tables[0]).toMatchObject({
    table: 'countries',
    shardCount: 1,
    sizeBytes: 14 * megabyte,
    rows: 10,
  });
  expect(summary.tables[0]).not.toHaveProperty('skew');
  expect(summary.nodeSkew?.largestOverMean).toBe(1);
  expect(summary.groups).toHaveLength(1);
});

test('a shard far above the mean of its table is hot, small differences are not', () => {
  const even = Array.from({ length: 9 }, (_, index) => placement({ id: String(index) }));
  const hot = placement({ id: 'hot', sizeBytes: 10 * megabyte });
  expect(summarizeShards([...even, hot]).tables[0]?.hotShards).toEqual([hot]);
  const small = [...even, hot].map((shard) => ({ ...shard, sizeBytes: (shard.sizeBytes ?? 0) / 1024 }));
  expect(summarizeShards(small).tables[0]?.hotShards).toEqual([]);
});

test('shards of a node that cannot be reached are counted as not measured', () => {
  const summary = summarizeShards([
    placement({}),
    placement({ id: '2', node: west, sizeBytes: null, rows: null }),
  ]);
  expect(summary.unmeasured).toBe(1);
  expect(summary.tables[0]?.emptyShards).toBe(0);
});
