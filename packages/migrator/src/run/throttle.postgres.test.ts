import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

const database = testDatabase();
const patient = { replicaLagSeconds: 30 };

test('as many jobs work at once as are allowed, and the others come after them', async () => {
  await using throttle = await Throttle.start([database.url], 2, patient, quietContext());
  let working = 0;
  let most = 0;
  const job = () =>
    throttle.run(async () => {
      working += 1;
      most = Math.max(most, working);
      await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
    });
  await Promise.all(Array.from({ length: 20 }, job));
  expect([most, working]).toEqual([2, 0]);
});

test('statements of others bring jobs down to none; once they end, all go on', async () => {
  const heard: string[] = [];
  const context = quietContext({
    emit: (event) => {
      if (event.kind === 'warning') heard.push(event.message);
    },
  });
  const others = await Promise.all(
    Array.from({ length: 15 }, () => connect(database.url, { applicationName: 'shop' })),
  );
  await using watcher = await connect(database.url);
  const statements = others.map((other) => other.query('SELECT pg_sleep(600)').catch(() => {}));
  const sleeping = "pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()";
  for (let active = 0; active < others.length; ) {
    const [found] = await watcher.query<{ active: number }>(
      `SELECT count(*)::int AS active FROM ${sleeping}`,
    );
    active = found?.active ?? 0;
  }
  // Not none: other tests may be at work on the server.
  await using throttle = await Throttle.start([database.url], 1, { ...patient, othersActive: 10 }, context);
  expect(throttle.allowed).toBe(0);
  let done = false;
  const work = throttle.run(async () => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  await watcher.query(`SELECT pg_cancel_backend(pid) FROM ${sleeping}`);
  await Promise.all(statements);
  await work;
  expect(done).toBe(true);
  await Promise.all(others.map((other) => other.end()));
  expect(heard[0]).toMatch(/statements of others are at work on .*: down to 0 of 1 jobs/);
});

test('who waits for room is let go when all is called off', async () => {
  const stop = new AbortController();
  await using busy = await connect(database.url, { applicationName: 'shop' });
  const context = quietContext({ signal: stop.signal });
  await using throttle = await Throttle.start([database.url], 1, patient, context);
  const first = throttle.run(async () => {
    await busy.query('SELECT pg_sleep(0.2)');
  });
  const second = throttle.run(() => Promise.resolve());
  stop.abort();
  await expect(second).rejects.toThrow();
  await first;
});
