import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

const databases = twoDatabases({
  schema: `
    CREATE TABLE orders (
      tenant bigint NOT NULL, id bigint NOT NULL, price float8, amount numeric, note text, at timestamptz, big int8,
      PRIMARY KEY (tenant, id));
    CREATE INDEX orders_note ON orders (note);
    CREATE TABLE events (tenant bigint NOT NULL, what text);
    CREATE TABLE countries (code text PRIMARY KEY, name text);
    CREATE TABLE settings (id serial PRIMARY KEY, value text)`,
  distribute: `
    SELECT create_distributed_table('orders', 'tenant', shard_count => 8);
    SELECT create_distributed_table('events', 'tenant', colocate_with => 'orders');
    SELECT create_reference_table('countries')`,
  rows: `
    INSERT INTO orders SELECT n % 50, n, CASE n WHEN 7 THEN 0 ELSE n / 7.0::float8 END, n / 8.0, CASE n WHEN 8 THEN '' ELSE 'note ' || n % 9 END, timestamptz '2025-01-01 00:00Z' + n * interval '1 s', CASE n WHEN 9 THEN -1 ELSE n END
      FROM generate_series(1, 20000) AS n;
    INSERT INTO events SELECT n % 50, 'event ' || n FROM generate_series(1, 3000) AS n;
    INSERT INTO countries SELECT 'c' || n, 'country ' || n FROM generate_series(1, 300) AS n;
    INSERT INTO settings (value) SELECT 'value ' || n FROM generate_series(1, 500) AS n`,
});

test('the same data is equal, whatever order its rows are in', async () => {
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual([]);
  expect(verification.verdict).toBe('equal');
  expect(verification.tables.map(({ name, rows }) => [name, rows.source, rows.target])).toEqual([
    ['countries', 300, 300],
    ['events', 3000, 3000],
    ['orders', 20000, 20000],
    ['settings', 500, 500],
  ]);
});

const row = (id: number): string => `tenant = ${id % 50} AND id = ${id}`;

/** What is done to one row of orders, the statement that undoes it, and what has to be found. */
const corruptions: readonly (readonly [
  what: string,
  id: number,
  change: string,
  undo: string,
  found: readonly string[],
])[] = [
  [
    'a lost row',
    77,
    `DELETE FROM %s WHERE ${row(77)}`,
    `INSERT INTO %s SELECT 27, 77, 77 / 7.0::float8, 77 / 8.0, 'note ' || 77 % 9, timestamptz '2025-01-01 00:00Z' + interval '77 s', 77`,
    ['orders 27,77 only-in-source'],
  ],
  [
    'an invented row',
    20001,
    `INSERT INTO %s (tenant, id) VALUES (1, 20001)`,
    `DELETE FROM %s WHERE ${row(20001)}`,
    ['orders 1,20001 only-in-target'],
  ],
  [
    'two values of two rows that changed places',
    101,
    `UPDATE %s SET big = 252 - big WHERE tenant = 1 AND id IN (101, 151)`,
    `UPDATE %s SET big = 252 - big WHERE tenant = 1 AND id IN (101, 151)`,
    ['orders 1,101 different in big', 'orders 1,151 different in big'],
  ],
  [
    'the last bit of a float',
    100,
    `UPDATE %s SET price = 14.285714285714288 WHERE ${row(100)}`,
    `UPDATE %s SET price = 100 / 7.0::float8 WHERE ${row(100)}`,
    ['orders 0,100 different in price'],
  ],
  [
    'the sign of zero',
    7,
    `UPDATE %s SET price = '-0' WHERE ${row(7)}`,
    `UPDATE %s SET price = 0 WHERE ${row(7)}`,
    ['orders 7,7 different in price'],
  ],
  [
    'NULL in place of an empty text',
    8,
    `UPDATE %s SET note = NULL WHERE ${row(8)}`,
    `UPDATE %s SET note = '' WHERE ${row(8)}`,
    ['orders 8,8 different in note'],
  ],
  [
    'the scale of a number',
    16,
    `UPDATE %s SET amount = 2.00 WHERE ${row(16)}`,
    `UPDATE %s SET amount = 16 / 8.0 WHERE ${row(16)}`,
    ['orders 16,16 different in amount'],
  ],
  [
    'a sign that was lost in 32 bits',
    9,
    `UPDATE %s SET big = 4294967295 WHERE ${row(9)}`,
    `UPDATE %s SET big = -1 WHERE ${row(9)}`,
    ['orders 9,9 different in big'],
  ],
  [
    'a microsecond',
    10,
    `UPDATE %s SET at = at + interval '1 us' WHERE ${row(10)}`,
    `UPDATE %s SET at = at - interval '1 us' WHERE ${row(10)}`,
    ['orders 10,10 different in at'],
  ],
];

test.each(corruptions)('%s is found, and nothing else', async (_what, id, change, undo, found) => {
  await databases.inShard('orders', id % 50, change);
  const verification = await databases.verify();
  expect([...findingsOf(verification)].sort()).toEqual(found);
  expect(verification.verdict).toBe('different');
  await databases.inShard('orders', id % 50, undo);
  expect(findingsOf(await databases.verify())).toEqual([]);
});

test('a row of a table without a key that is there twice is told with how often', async () => {
  await databases.inShard('events', 5, "INSERT INTO %s VALUES (5, 'event 5')");
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual(['events  copies']);
  const events = verification.tables.find(({ name }) => name === 'events');
  expect(events?.differences[0]?.copies).toEqual({ source: 1, target: 2 });
  await databases.inShard(
    'events',
    5,
    "DELETE FROM %s WHERE ctid = (SELECT max(ctid) FROM %s WHERE what = 'event 5')",
  );
  expect(findingsOf(await databases.verify())).toEqual([]);
});

test('a row in a shard where no routed query looks is found, although all rows are there', async () => {
  await databases.inShard('events', 5, "DELETE FROM %s WHERE what = 'event 5'");
  await databases.inShard('events', 5, "INSERT INTO %s VALUES (5, 'event 5')", 'another');
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual(['1 misplaced rows of events']);
  const [misplaced] = verification.tables.find(({ name }) => name === 'events')?.misplaced ?? [];
  expect(misplaced?.columns).toEqual([
    { name: 'tenant', value: '5' },
    { name: 'what', value: 'event 5' },
  ]);
  expect(misplaced?.belongsTo).toMatch(/^\d+$/);
  expect(misplaced?.belongsTo).not.toBe(misplaced?.shard);
  await databases.inShard('events', 5, "DELETE FROM %s WHERE what = 'event 5'", 'another');
  await databases.inShard('events', 5, "INSERT INTO %s VALUES (5, 'event 5')");
});

test('a copy of a reference table that is not like the others is named with its node', async () => {
  const [worker] = await databases.inTarget(
    `SELECT nodename, nodeport, shard_name FROM citus_shards JOIN pg_dist_node USING (nodename, nodeport)
     WHERE table_name = 'countries'::regclass AND groupid > 0 ORDER BY nodeport LIMIT 1`,
  );
  const onWorker = (sql: string) =>
    databases.inTarget(`SELECT master_run_on_worker(ARRAY['${worker?.nodename}'], ARRAY[${worker?.nodeport}],
      ARRAY[$c$DO $do$ BEGIN SET LOCAL citus.enable_manual_changes_to_shards = on; ${sql}; END $do$$c$], false)`);
  await onWorker(`UPDATE ${worker?.shard_name} SET name = 'nowhere' WHERE code = 'c7'`);
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual(['unequal copies of countries']);
  await onWorker(`UPDATE ${worker?.shard_name} SET name = 'country 7' WHERE code = 'c7'`);
  expect(findingsOf(await databases.verify())).toEqual([]);
});

test('a sequence that is one behind is found, and one that is ahead is not', async () => {
  await databases.inTarget("SELECT setval('settings_id_seq', 499)");
  expect(findingsOf(await databases.verify())).toEqual(['sequence settings_id_seq behind-source']);
  await databases.inTarget("SELECT setval('settings_id_seq', 700)");
  expect(findingsOf(await databases.verify())).toEqual([]);
  await databases.inTarget("SELECT setval('settings_id_seq', 500)");
});

test('a sequence behind what its column holds is found where the source has no say', async () => {
  await databases.inSource("SELECT setval('settings_id_seq', 400)");
  await databases.inTarget("SELECT setval('settings_id_seq', 400)");
  expect(findingsOf(await databases.verify())).toEqual(['sequence settings_id_seq behind-column']);
  await databases.inSource("SELECT setval('settings_id_seq', 500)");
  await databases.inTarget("SELECT setval('settings_id_seq', 500)");
});

test('a missing index and a default that changed are found by name, with both definitions', async () => {
  await databases.inTarget('DROP INDEX orders_note');
  await databases.inTarget("ALTER TABLE settings ALTER value SET DEFAULT 'x'");
  const { structure } = await databases.verify();
  expect(structure.findings).toEqual([
    {
      object: 'column public.settings.value',
      change: 'changed',
      expected: 'text',
      found: "text DEFAULT 'x'::text",
    },
    {
      object: 'index orders_note ON public.orders',
      change: 'missing',
      expected: 'CREATE INDEX orders_note ON public.orders USING btree (note)',
    },
  ]);
  await databases.inTarget('CREATE INDEX orders_note ON orders (note)');
  await databases.inTarget('ALTER TABLE settings ALTER value DROP DEFAULT');
});

test('many differing rows are counted, and as many shown as wanted', async () => {
  await databases.inTarget("UPDATE orders SET note = note || '!' WHERE id <= 5000");
  const { tables } = await databases.verify({ rows: 3 });
  const orders = tables.find(({ name }) => name === 'orders');
  expect(orders).toMatchObject({ differentRows: 5000, allBucketsSearched: true });
  expect(orders?.differences).toHaveLength(3);
  expect(orders?.differences.every(({ kind }) => kind === 'different')).toBe(true);
  await databases.inTarget('UPDATE orders SET note = left(note, -1) WHERE id <= 5000');
  expect(findingsOf(await databases.verify())).toEqual([]);
});

test('a sample says that it is one, and never that all is equal', async () => {
  const verification = await databases.verify({ samplePercent: 20 });
  expect(verification).toMatchObject({ verdict: 'inconclusive', samplePercent: 20 });
  const orders = verification.tables.find(({ name }) => name === 'orders');
  expect(orders?.verdict).toBe('sampled');
  expect(orders?.rows.source).toBe(orders?.rows.target);
  expect(orders?.rows.source).toBeGreaterThan(3000);
  expect(orders?.rows.source).toBeLessThan(5000);
});
