import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

const database = testDatabase();
const of = (jobs: number) => ({ servers: [database.url], migration: 'test', jobs });

/** So many sessions of somebody else that are at work until this is disposed. */
async function others(count: number): Promise<AsyncDisposable> {
  const sessions = await Promise.all(
    Array.from({ length: count }, () => connect(database.url, { applicationName: 'shop' })),
  );
  const statements = sessions.map((session) => session.query('SELECT pg_sleep(600)').catch(() => {}));
  const watcher = await connect(database.url);
  const sleeping = "pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()";
  for (let active = 0; active < count; ) {
    const [found] = await watcher.query<{ active: number }>(
      `SELECT count(*)::int AS active FROM ${sleeping}`,
    );
    active = found?.active ?? 0;
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await watcher.query(`SELECT pg_cancel_backend(pid) FROM ${sleeping}`);
      await Promise.all(statements);
      await Promise.all([watcher, ...sessions].map((session) => session.end()));
    },
  };
}

test('as many jobs work at once as are allowed, and the others come after them', async () => {
  await using throttle = await Throttle.start(of(2), {}, quietContext());
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

test('more statements of others than were allowed bring jobs down to none; once they end, all go on', async () => {
  const heard: string[] = [];
  const context = quietContext({
    emit: (event) => {
      if (event.kind === 'warning') heard.push(event.message);
      if (event.kind === 'progress') heard.push(event.slowedBy ?? 'at full speed');
    },
  });
  const busy = await others(15);
  // Not none: other tests may be at work on the server.
  await using throttle = await Throttle.start(of(1), { othersActive: 10 }, context);
  expect(throttle.allowed).toBe(0);
  const progress = { kind: 'progress', phase: 'loading rows', done: 1, unit: 'bytes' } as const;
  throttle.context.emit(progress);
  let done = false;
  const work = throttle.run(async () => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  await busy[Symbol.asyncDispose]();
  await work;
  expect(done).toBe(true);
  throttle.context.emit(progress);
  expect(heard).toEqual([
    expect.stringMatching(/^\d+ statements of others are at work on .*: down to 0 of 1 job$/),
    expect.stringMatching(/^0 of 1 job, as \d+ statements of others are at work on/),
    'the servers are below their limits: 1 of 1 job is at work again',
    'at full speed',
  ]);
});

test('where nobody gave a limit one job stays at work', async () => {
  const messages: string[] = [];
  let wake = (): void => {};
  const slowed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const context = quietContext({
    emit: (event) => {
      if (event.kind !== 'warning') return;
      messages.push(event.message);
      wake();
    },
  });
  await using throttle = await Throttle.start(of(2), {}, context);
  await using _busy = await others(60);
  await slowed;
  expect(messages[0]).toMatch(/statements of others are at work on .*: down to 1 of 2 jobs$/);
  expect(await throttle.run(() => Promise.resolve('done'))).toBe('done');
});

test('a server that was busy before may be as busy, and twice as much', async () => {
  await using _busy = await others(40);
  await using throttle = await Throttle.start(of(2), {}, quietContext());
  expect(throttle.allowed).toBe(2);
});

test('who waits for room is let go when all is called off', async () => {
  const stop = new AbortController();
  await using busy = await connect(database.url, { applicationName: 'shop' });
  const context = quietContext({ signal: stop.signal });
  await using throttle = await Throttle.start(of(1), {}, context);
  const first = throttle.run(async () => {
    await busy.query('SELECT pg_sleep(0.2)');
  });
  const second = throttle.run(() => Promise.resolve());
  stop.abort();
  await expect(second).rejects.toThrow();
  await first;
});

test('a server that ends its sessions is looked at anew, and holds up nobody', async () => {
  await using _busy = await others(15);
  await using throttle = await Throttle.start(of(1), { othersActive: 10 }, quietContext());
  expect(throttle.allowed).toBe(0);
  await using killer = await connect(database.url);
  const allowed = throttle.run(() => Promise.resolve('allowed'));
  await killer.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'shardwright migrate test' AND datname = current_database()`,
  );
  expect(await allowed).toBe('allowed');
});
