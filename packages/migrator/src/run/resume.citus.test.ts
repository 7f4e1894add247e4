import { randomBytes } from 'node:crypto';
import { copyCitusDatabase, databaseUrl, dropCitusDatabase } from '@shardwright/cluster';
import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { beforeAll, expect, inject, test } from 'vitest';
import { type Point, strikeAt } from './crash.test-support.ts';
import { planFor } from './migration.test-support.ts';
import { type OnMoment, unwatched } from './moments.ts';
import { type RunOptions, runWatched } from './run-migration.ts';
import { digestOf, rowsOf } from './two-sides.test-support.ts';

const sourceDatabase = testDatabase();
const nodes = inject('citusNodes');
const template = inject('citusTemplate');
let plan: Plan;

// Each shows one kind of change. Large ones are loaded first: the first of them is not changed, the next is begun.
const kinds = ['added_to', 'added_to_before', 'changed', 'emptied', 'removed_from', 'rewritten'];
const alike = ['unchanged', ...kinds];
const rowsOfTable: Readonly<Record<string, number>> = { unchanged: 4000, removed_from: 3000 };
const schema = `
  ${alike
    .map(
      (name) => `CREATE TABLE ${name} (id int NOT NULL, note text);
        INSERT INTO ${name} SELECT n, repeat('e', 100) FROM generate_series(1, ${rowsOfTable[name] ?? 1000}) n;`,
    )
    .join('\n')}
  CREATE TABLE companies (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, company_id int NOT NULL REFERENCES companies);
  CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, note text);
  INSERT INTO companies SELECT generate_series(1, 20);
  INSERT INTO orders SELECT n, 1 + n % 20 FROM generate_series(1, 300) n;
  INSERT INTO items SELECT n, 1 + n % 300, repeat('i', 100) FROM generate_series(1, 1500) n`;

const distribute = {
  ...Object.fromEntries(alike.map((table) => [table, 'id'])),
  companies: 'id',
  orders: 'company_id',
  items: 'company_id',
};
const sides: readonly (readonly [string, string])[] = [
  ...alike.map((table) => [`SELECT id, note FROM ${table}`, `SELECT id, note FROM ${table}`] as const),
  ['SELECT id, company_id FROM orders', 'SELECT id, company_id FROM orders'],
  [
    'SELECT i.id, company_id, order_id, note FROM items i JOIN orders o ON o.id = order_id',
    'SELECT id, company_id, order_id, note FROM items',
  ],
];

beforeAll(async () => {
  plan = await planFor(sourceDatabase.url, schema, { distribute, shards: 2 });
});

class Struck extends Error {}

/** What a run did; it may have been struck. */
interface Told {
  /** Chunks that it began to copy. */
  readonly begun: readonly string[];
  /** Tables that it copied anew, and why. */
  readonly recopied: Readonly<Record<string, string>>;
}

async function runUntil(options: RunOptions, onMoment: OnMoment = unwatched): Promise<Told> {
  const begun: string[] = [];
  const watch: OnMoment = async (moment, detail) => {
    if (moment === 'chunk: before COPY') begun.push(detail);
    await onMoment(moment, detail);
  };
  try {
    const { recopied } = await runWatched(plan, options, quietContext(), watch);
    return { begun, recopied: Object.fromEntries(recopied.map(({ relation, why }) => [relation, why])) };
  } catch (error) {
    if (!(error instanceof Struck)) throw error;
    return { begun, recopied: {} };
  }
}

/** Ends a run at a point, changes the source, runs again, and compares both sides by psql. */
async function resumeAfter(
  point: Point,
  change: (source: Connection, target: Connection) => Promise<unknown>,
): Promise<{ readonly first: Told; readonly second: Told }> {
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('the test cluster has no nodes');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await copyCitusDatabase(nodes, template, name);
  try {
    const target = databaseUrl(coordinator.url, name);
    const options: RunOptions = {
      source: sourceDatabase.url,
      target,
      jobs: 1,
      chunkBytes: 100_000,
      load: 'direct',
    };
    const { onMoment, wasStruck } = strikeAt(point, async () => {
      throw new Struck();
    });
    const first = await runUntil(options, onMoment);
    expect(wasStruck()).toBe(true);
    await using source = await connect(sourceDatabase.url);
    await using journal = await connect(target);
    await change(source, journal);
    const second = await runUntil(options);
    const digests = (side: 0 | 1, url: string): readonly string[] =>
      sides.map((queries) => digestOf(rowsOf(url, queries[side])));
    expect(digests(1, target)).toEqual(digests(0, sourceDatabase.url));
    return { first, second };
  } finally {
    await dropCitusDatabase(nodes, name);
  }
}

test('a source that did not change is read on from where the run ended: no chunk is read again', async () => {
  const { first, second } = await resumeAfter({ moment: 'chunk: after COMMIT', nth: 7 }, async () => {});
  expect(second.recopied).toEqual({});
  expect(first.begun).toHaveLength(7);
  expect(second.begun.length).toBeGreaterThan(7);
  expect(second.begun.filter((chunk) => first.begun.includes(chunk))).toEqual([]);
});

test('tables that changed are copied anew and said, whatever was done to them, and no others', async () => {
  await using other = await connect(sourceDatabase.url);
  // At work when the first run takes its snapshot, with a younger number than that names.
  await other.query(`BEGIN; INSERT INTO added_to_before VALUES (5001);
    SAVEPOINT a; INSERT INTO added_to_before VALUES (5000); RELEASE a`);
  const begun: Point = { moment: 'chunk: after COMMIT', detail: 'public.removed_from' };
  const { first, second } = await resumeAfter(begun, async (source) => {
    await other.query('COMMIT');
    await source.query('INSERT INTO added_to VALUES (6000)');
    await source.query("UPDATE changed SET note = 'new' WHERE id = 77");
    await source.query('DELETE FROM removed_from WHERE id = 5');
    await source.query('TRUNCATE emptied');
    await source.query('INSERT INTO emptied VALUES (1)');
    await source.query('DELETE FROM rewritten WHERE id < 9');
    await source.query('VACUUM FULL rewritten');
  });
  expect(second.recopied).toEqual({
    'public.added_to': 'rows were added or changed',
    'public.added_to_before': 'rows were added or changed',
    'public.changed': 'rows were added or changed',
    'public.emptied': 'it was rewritten or emptied',
    'public.removed_from': 'rows were removed',
    'public.rewritten': 'it was rewritten or emptied',
    'public.items': 'its distribution column comes from other tables, and some changed',
  });
  const ofUnchanged = (chunks: readonly string[]) => chunks.filter((chunk) => chunk.includes('unchanged'));
  expect(ofUnchanged(first.begun).length).toBeGreaterThan(3);
  expect(ofUnchanged(second.begun)).toEqual([]);
});

test('a table whose values come over a join goes with the table that they come from', async () => {
  const { first, second } = await resumeAfter({ moment: 'rows loaded' }, (source) =>
    source.query('UPDATE orders SET company_id = 1 + company_id % 20 WHERE id < 50'),
  );
  expect(Object.keys(second.recopied).sort()).toEqual(['public.items', 'public.orders']);
  const anew = first.begun.filter((chunk) => /public\.(items|orders) /.test(chunk));
  expect([...second.begun].sort()).toEqual([...anew].sort());
});

test('so it does where the other is copied anew for what happened to the target, too', async () => {
  const { second } = await resumeAfter({ moment: 'rows loaded' }, async (source, target) => {
    await target.query(
      "INSERT INTO shardwright.loaded_chunk (relation, generation, chunk, shard, rows, bytes) VALUES ('public.orders', 1, 0, 1, 0, 0)",
    );
    await source.query('UPDATE orders SET company_id = 1 + company_id % 20 WHERE id < 50');
  });
  expect(second.recopied).toEqual({
    'public.orders': 'shards that it was loaded into were split or replaced',
    'public.items': 'its distribution column comes from other tables, and some changed',
  });
});

test('a chunk that one worker has and the other has not is completed', async () => {
  const { first, second } = await resumeAfter({ moment: 'between the nodes’ COMMITs' }, async () => {});
  expect(first.begun).toEqual(['public.unchanged 0']);
  expect(second.begun[0]).toBe('public.unchanged 0');
  expect(second.recopied).toEqual({});
});

test('a chunk that one worker has, and that lost rows since, is not completed but copied anew', async () => {
  const { second } = await resumeAfter({ moment: 'between the nodes’ COMMITs' }, (source) =>
    source.query('DELETE FROM unchanged WHERE id <= 40'),
  );
  expect(second.recopied).toEqual({
    'public.unchanged': 'rows changed in a part of it that was loaded by half',
    'public.items': 'its distribution column comes from other tables, and some changed',
  });
});
