import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyCitusDatabase, databaseUrl, dropCitusDatabase } from '@shardwright/cluster';
import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Point, runInChild, strikeAt } from '../run/crash.test-support.ts';
import { planFor } from '../run/migration.test-support.ts';
import { type RunOptions, runMigration, runWatched } from '../run/run-migration.ts';
import { digestOf, rowsOf } from '../run/two-sides.test-support.ts';

const sourceDatabase = testDatabase();
const nodes = inject('citusNodes');
const template = inject('citusTemplate');
let directory = '';
let file = '';
let plan: Plan;

const shop = String.raw`
  CREATE TABLE companies (id int PRIMARY KEY);
  CREATE TABLE orders (id serial PRIMARY KEY, company_id int REFERENCES companies, note text,
    length int GENERATED ALWAYS AS (char_length(note)) STORED);
  CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, note text);
  INSERT INTO companies SELECT generate_series(1, 20);
  INSERT INTO orders (company_id, note) SELECT 1 + n % 20, repeat('ö\', n % 30) FROM generate_series(1, 4000) n;
  INSERT INTO items SELECT n, 1 + n % 4000, repeat('i', 50) FROM generate_series(1, 3000) n`;
// After the analysis, which would have decided otherwise.
const withoutTenant = 'UPDATE orders SET company_id = NULL WHERE id IN (5, 2000)';

const sides: readonly (readonly [source: string, target: string])[] = [
  ['SELECT id FROM companies', 'SELECT id FROM companies'],
  [
    'SELECT id, company_id, note, length FROM orders WHERE company_id IS NOT NULL',
    'SELECT id, company_id, note, length FROM orders',
  ],
  [
    'SELECT i.id, company_id, order_id, i.note FROM items i JOIN orders o ON o.id = order_id WHERE company_id IS NOT NULL',
    'SELECT id, company_id, order_id, note FROM items',
  ],
  [
    'SELECT id FROM orders WHERE company_id IS NULL UNION ALL SELECT i.id FROM items i JOIN orders o ON o.id = order_id WHERE company_id IS NULL',
    "SELECT content ->> 'id' FROM shardwright.quarantine",
  ],
];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'shardwright-killed-'));
  plan = await planFor(sourceDatabase.url, shop, {
    distribute: { companies: 'id', orders: 'company_id', items: 'company_id' },
    shards: 4,
  });
  await using source = await connect(sourceDatabase.url);
  await source.query(withoutTenant);
  file = path.join(directory, 'shop.dump');
  const bin = inject('postgresBin');
  const program = bin === undefined ? 'pg_dump' : path.join(bin, 'pg_dump');
  execFileSync(program, ['--format=custom', '-f', file, sourceDatabase.url]);
});
afterAll(() => rm(directory, { recursive: true }));

async function onTarget(work: (options: RunOptions) => Promise<void>): Promise<void> {
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('the test cluster has no nodes');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await copyCitusDatabase(nodes, template, name);
  try {
    const target = databaseUrl(coordinator.url, name);
    await work({ source: file, target, jobs: 2, chunkBytes: 10_000, load: 'direct' });
  } finally {
    await dropCitusDatabase(nodes, name);
  }
}

function expectEqual(target: string): void {
  const digests = (side: 0 | 1, url: string): readonly string[] =>
    sides.map((queries) => digestOf(rowsOf(url, queries[side])));
  expect(digests(1, target)).toEqual(digests(0, sourceDatabase.url));
}

const points: readonly Point[] = [
  { moment: 'tables decided' },
  { moment: 'chunk: after COPY', detail: 'public.orders', nth: 5 },
  { moment: 'chunk: before COMMIT', detail: 'public.orders -', nth: 3 },
  { moment: 'chunk: after COMMIT', detail: 'public.orders -', nth: 3 },
  { moment: 'between the nodes’ COMMITs' },
  { moment: 'rows loaded' },
  { moment: 'placement proven' },
  { moment: 'chunk: after COMMIT', detail: 'public.items', nth: 2 },
  { moment: 'finishing' },
];

test.each(points)('killed at %j, a run of a dump goes on and ends with every row once', async (point) => {
  await onTarget(async (options) => {
    let kill = async (): Promise<void> => {};
    const { onMoment } = strikeAt(point, () => kill());
    const child = await runInChild(plan, options, async (moment, detail, killChild) => {
      kill = killChild;
      await onMoment(moment, detail);
    });
    expect(await child.ended).toBe('killed');
    await runMigration(plan, options);
    expectEqual(options.target);
    await using target = await connect(options.target);
    expect(
      await target.query(
        "SELECT FROM pg_database WHERE datname = 'shardwright_staging_' || replace((SELECT id::text FROM shardwright.migration), '-', '_')",
      ),
    ).toEqual([]);
  });
});

test('a dump that is changed while it is loaded is noticed before anything of it is committed', async () => {
  await onTarget(async (options) => {
    const source = path.join(directory, 'changing.dump');
    await copyFile(file, source);
    const { onMoment } = strikeAt({ moment: 'chunk: after COPY', nth: 6 }, () => appendFile(source, 'more'));
    const { jobs: _, ...rest } = options;
    const one = { ...rest, source, jobs: 1 };
    await expect(runWatched(plan, one, quietContext(), onMoment)).rejects.toThrow(
      /changed while it was read/,
    );
    await using target = await connect(options.target);
    const [{ chunks } = { chunks: 0 }] = await target.query<{ chunks: number }>(
      'SELECT count(DISTINCT (relation, chunk))::int AS chunks FROM shardwright.loaded_chunk',
    );
    expect(chunks).toBeLessThan(6);
    await copyFile(file, source);
    await runMigration(plan, one);
    expectEqual(options.target);
  });
});
