import { DatabaseError, quietContext } from '@shardwright/core';
import { expect, test } from 'vitest';
import { SnapshotLost } from '../source/live-source.ts';
import { isTransient, retrying } from './retry.ts';

function failure(message: string, code?: string): DatabaseError {
  return new DatabaseError(`u@h:5432/d: ${message}`, {
    cause: Object.assign(new Error(message), code === undefined ? {} : { code }),
  });
}

test.each([
  ['a server that went away', failure('terminating connection due to administrator command', '57P01')],
  ['one that starts', failure('the database system is starting up', '57P03')],
  ['one that is not there', failure('connect ECONNREFUSED', 'ECONNREFUSED')],
  ['a deadlock', failure('deadlock detected', '40P01')],
  [
    'a session that died between two statements',
    failure('Client has encountered a connection error and is not queryable'),
  ],
  ['a socket that closed', failure('Connection terminated unexpectedly')],
  ['a worker that Citus lost', failure('failure on connection marked as essential: host:5433', 'XX000')],
  [
    'one that it lost amid rows',
    failure('server closed the connection unexpectedly\n\tThis probably means …'),
  ],
])('%s may be there later', (_, error) => {
  expect(isTransient(error)).toBe(true);
});

test.each([
  ['a row that breaks a constraint', failure('connection failed its check', '23514')],
  ['a full disk', failure('could not extend file', '53100')],
  ['a defect of the server', failure('cache lookup failed for type 77', 'XX000')],
  [
    'a snapshot that was lost with its server',
    new SnapshotLost('Connection terminated unexpectedly', { hint: '' }),
  ],
  ['our own defect', new TypeError('x is undefined')],
])('%s stays', (_, error) => {
  expect(isTransient(error)).toBe(false);
});

test('what fails for good is tried once', async () => {
  let tries = 0;
  const work = async (): Promise<never> => {
    tries += 1;
    throw failure('no such table', '42P01');
  };
  await expect(retrying(quietContext(), 'work', work)).rejects.toThrow('no such table');
  expect(tries).toBe(1);
});

test('what fails for a while is done', async () => {
  let tries = 0;
  const done = await retrying(quietContext(), 'work', async () => {
    tries += 1;
    if (tries === 1) throw failure('the database system is starting up', '57P03');
    return 'done';
  });
  expect([done, tries]).toEqual(['done', 2]);
});
