import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { planFor } from '../run/migration.test-support.ts';
import { runMigration } from '../run/run-migration.ts';
import { readStatus } from './read-status.ts';

const source = citusDatabase();
const target = citusDatabase();
let plan: Plan;

beforeAll(async () => {
  plan = await planFor(
    source.url,
    `CREATE TABLE companies (id bigint PRIMARY KEY);
     CREATE TABLE orders (id bigint PRIMARY KEY, company_id bigint REFERENCES companies, note text);
     CREATE TABLE regions (code text PRIMARY KEY);
     INSERT INTO companies SELECT generate_series(1, 20);
     INSERT INTO orders SELECT n, 1 + n % 20, repeat('x', 100) FROM generate_series(1, 20000) n;
     INSERT INTO regions VALUES ('eu')`,
    { distribute: { companies: 'id', orders: 'company_id' }, reference: ['regions'] },
  );
  await using connection = await connect(source.url);
  await connection.query('UPDATE orders SET company_id = NULL WHERE id IN (7, 70)');
});

test('a target on which nothing was begun has no status', async () => {
  expect(await readStatus(target.url)).toBeUndefined();
});

test('a run that is ended half-way is told as it stands, and nobody holds the target', async () => {
  const cancellation = new AbortController();
  const run = runMigration(
    plan,
    { source: source.url, target: target.url, jobs: 1, chunkBytes: 200_000, load: 'direct' },
    quietContext({
      signal: cancellation.signal,
      emit: (event) => {
        if (event.kind === 'progress' && (event.rows ?? 0) > 5000) cancellation.abort(new Error('enough'));
      },
    }),
  );
  await expect(run).rejects.toThrow();
  const status = await readStatus(target.url);
  expect(status).toMatchObject({ state: 'loading', quarantine: [] });
  expect(status?.atWork).toBeUndefined();
  const orders = status?.tables.find(({ relation }) => relation === 'public.orders');
  expect(orders?.load).toMatchObject({ path: 'direct', generation: 1 });
  expect(orders?.rows).toBeGreaterThan(5000);
  expect(orders?.chunks.done).toBeGreaterThan(0);
  expect(orders?.chunks.done).toBeLessThan(orders?.chunks.total ?? 0);
});

test('progress counts what an earlier run did apart, and ends at the total', async () => {
  const told: { done: number; before: number; total: number }[] = [];
  const result = await runMigration(
    plan,
    { source: source.url, target: target.url, jobs: 2 },
    quietContext({
      emit: (event) => {
        if (event.kind !== 'progress' || event.phase !== 'loading rows') return;
        told.push({ done: event.done, before: event.before ?? 0, total: event.total ?? 0 });
      },
    }),
  );
  expect(result.recopied).toEqual([]);
  expect(told[0]?.done).toBe(told[0]?.before);
  expect(told[0]?.before).toBeGreaterThan(0);
  expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
});

test('a migration that is done is told with every table, step, time and set-aside row', async () => {
  const status = await readStatus(target.url);
  expect(status).toMatchObject({
    state: 'done',
    finishedAt: expect.any(String),
    quarantine: [{ relation: 'public.orders', reason: 'no company_id is found for the row', rows: 2 }],
  });
  expect(status?.steps.done).toHaveLength(status?.steps.total ?? -1);
  const rows = status?.tables.map(({ relation, rows, setAside }) => [relation, rows, setAside]).sort();
  expect(rows).toEqual([
    ['public.companies', 20, 0],
    ['public.orders', 19_998, 2],
    ['public.regions', 1, 0],
  ]);
  for (const { chunks, history } of status?.tables ?? []) {
    expect(chunks.done).toBe(chunks.total);
    expect(history).toHaveLength(chunks.total);
    for (const { beganAt, loadedAt } of history) expect(loadedAt >= beganAt).toBe(true);
  }
});

test('who runs it is told while it runs', async () => {
  await using holder = await connect(target.url);
  await holder.query('SELECT pg_advisory_lock(7021964113)');
  expect((await readStatus(target.url))?.atWork).toMatchObject({ since: expect.any(String) });
});
