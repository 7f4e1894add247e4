import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { planFor } from './migration.test-support.ts';
import { runMigration } from './run-migration.ts';

const source = testDatabase();
const target = citusDatabase();

test('a run waits for others on the target where it was asked to, says so, and ends with every row', async () => {
  const plan = await planFor(
    source.url,
    `CREATE TABLE companies (id bigint PRIMARY KEY, note text);
     INSERT INTO companies SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n`,
    { distribute: { companies: 'id' } },
  );
  const others = await Promise.all(
    Array.from({ length: 15 }, () => connect(target.url, { applicationName: 'shop' })),
  );
  const statements = others.map((other) => other.query('SELECT pg_sleep(600)').catch(() => {}));
  await using watcher = await connect(target.url);
  const sleeping =
    "pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database() AND state = 'active'";
  while ((await watcher.query(`SELECT FROM ${sleeping}`)).length < others.length);
  const told: string[] = [];
  const context = quietContext({
    emit: (event) => {
      if (event.kind === 'progress' && event.phase === 'loading rows') {
        told.push(`${event.rows} rows ${event.slowedBy ?? ''}`);
      }
      if (event.kind !== 'warning') return;
      told.push(event.message);
      if (!event.message.includes('down to 0')) return;
      watcher.query(`SELECT pg_cancel_backend(pid) FROM ${sleeping}`).catch(() => {});
    },
  });
  const limits = { othersActive: 10, jobs: 1, chunkBytes: 1_000_000 };
  const result = await runMigration(plan, { source: source.url, target: target.url, ...limits }, context);
  expect(result.tables[0]?.rows).toBe(20_000);
  expect(told[0]).toMatch(/^\d+ statements of others are at work on .*: down to 0 of 1 job$/);
  expect(told[1]).toMatch(/^0 rows 0 of 1 job, as \d+ statements of others/);
  expect(told[2]).toBe('the servers are below their limits: 1 of 1 job is at work again');
  expect(told.at(-1)).toBe('20000 rows ');
  await Promise.all(statements);
  await Promise.all(others.map((other) => other.end()));
});
