import { startPostgres } from '@shardwright/cluster';
import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { expect, test } from 'vitest';
import { startStandby } from './standby.test-support.ts';
import { Throttle } from './throttle.ts';

/** Warnings as they come, and who waits for one. */
function listener() {
  const heard: string[] = [];
  let wake = (): void => {};
  const context = quietContext({
    emit: (event) => {
      if (event.kind === 'warning') heard.push(event.message);
      wake();
    },
  });
  const hear = async (pattern: RegExp): Promise<void> => {
    while (!heard.some((message) => pattern.test(message))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { context, hear };
}

test('a replica that falls behind brings jobs down to none where that was asked for, until it has caught up', async () => {
  await using primary = await startPostgres({ settings: { max_wal_senders: 5 } });
  await using standby = await startStandby(primary);
  await using writer = await connect(primary.url());
  await writer.query('CREATE TABLE t (n int)');
  const surroundings = { servers: [primary.url()], migration: 'test', jobs: 2 };
  const { context, hear } = listener();
  await using throttle = await Throttle.start(surroundings, { replicaLagSeconds: 1 }, context);
  expect(throttle.allowed).toBe(2);
  await standby.connection.query('SELECT pg_wal_replay_pause()');
  await writer.query('INSERT INTO t SELECT generate_series(1, 1000)');
  await hear(/^a replica of .* is \d+ s behind: down to 0 of 2 jobs$/);
  let isDone = false;
  const work = throttle.run(async () => {
    isDone = true;
  });
  await standby.connection.query('SELECT 1');
  expect(isDone).toBe(false);
  await standby.connection.query('SELECT pg_wal_replay_resume()');
  await work;
  await hear(/^the servers are below their limits: 2 of 2 jobs are at work again$/);
}, 60_000);
