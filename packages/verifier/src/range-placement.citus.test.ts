import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

/** Ranges that leave nothing out but what lies beyond, one shard for each. */
const ranges = (table: string, ends: readonly (readonly [string, string])[]): string =>
  [
    `SELECT create_distributed_table('${table}', 'key', 'range')`,
    ...ends.map(() => `SELECT master_create_empty_shard('${table}')`),
    ...ends.map(
      ([least, most], at) =>
        `UPDATE pg_dist_shard SET shardminvalue = '${least}', shardmaxvalue = '${most}'
         WHERE shardid = (SELECT shardid FROM pg_dist_shard WHERE logicalrelid = '${table}'::regclass ORDER BY 1 LIMIT 1 OFFSET ${at})`,
    ),
  ].join(';');

const databases = twoDatabases({
  schema: `
    CREATE TABLE readings (key int PRIMARY KEY, value float8);
    CREATE TABLE names (key text PRIMARY KEY);
    CREATE TABLE days (key date PRIMARY KEY)`,
  distribute: [
    ranges('readings', [
      ['-2147483648', '49'],
      ['50', '2147483647'],
    ]),
    ranges('names', [
      ['', "it''s"],
      ['j', 'zzzz'],
    ]),
    ranges('days', [
      ['2025-01-01', '2025-06-30'],
      ['2025-07-01', '2025-12-31'],
    ]),
  ].join(';'),
  rows: `
    INSERT INTO readings SELECT n, n / 7.0 FROM generate_series(-10, 99) AS n;
    INSERT INTO names VALUES (''), ('a'), ('it''s'), ('k'), ('z');
    INSERT INTO days VALUES ('2025-01-01'), ('2025-06-30'), ('2025-07-01')`,
});

test('rows that lie within the ranges of their shards are where they belong, at both ends too', async () => {
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual([]);
  expect(verification.verdict).toBe('equal');
});

test('a row in the shard of another range is found, and told where it belongs', async () => {
  await databases.inShard('readings', 7, 'DELETE FROM %s WHERE key = 7');
  await databases.inShard('readings', 7, 'INSERT INTO %s VALUES (7, 1)', 'another');
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual(['1 misplaced rows of readings']);
  const [misplaced] = verification.tables.find(({ name }) => name === 'readings')?.misplaced ?? [];
  expect(misplaced).toEqual({
    columns: [
      { name: 'key', value: '7' },
      { name: 'value', value: '1' },
    ],
    shard: expect.stringMatching(/^\d+$/),
    belongsTo: expect.stringMatching(/^\d+$/),
  });
  expect(misplaced?.belongsTo).not.toBe(misplaced?.shard);
  await databases.inShard('readings', 7, 'DELETE FROM %s WHERE key = 7', 'another');
  await databases.inShard('readings', 7, 'INSERT INTO %s VALUES (7, 1)');
});

test('a value that no range holds is told to belong nowhere', async () => {
  await databases.inSource("INSERT INTO days VALUES ('2026-01-01')");
  const [shard] = await databases.inTarget(
    `SELECT shard_name, nodename, nodeport FROM citus_shards WHERE table_name = 'days'::regclass ORDER BY shardid LIMIT 1`,
  );
  await databases.inTarget(`SELECT master_run_on_worker(ARRAY['${shard?.nodename}'], ARRAY[${shard?.nodeport}],
    ARRAY[$c$DO $do$ BEGIN SET LOCAL citus.enable_manual_changes_to_shards = on; INSERT INTO ${shard?.shard_name} VALUES ('2026-01-01'); END $do$$c$], false)`);
  const { tables } = await databases.verify();
  const days = tables.find(({ name }) => name === 'days');
  expect(days).toMatchObject({ verdict: 'different', misplacedRows: 1, sumsDiffer: false });
  expect(days?.misplaced).toEqual([
    { columns: [{ name: 'key', value: '2026-01-01' }], shard: expect.stringMatching(/^\d+$/) },
  ]);
});
