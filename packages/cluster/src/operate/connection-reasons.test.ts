import { expect, test } from 'vitest';
import { connectionReasons } from './connection-reasons.ts';

const remote = 'connection to the remote node postgres@w1:5432 failed with the following error';

test.each([
  [`${remote}: fe_sendauth: no password supplied`, 'fe_sendauth: no password supplied'],
  [
    `${remote}: connection to server at "w1" (10.0.0.7), port 5432 failed: FATAL:  password authentication failed for user "postgres"`,
    'password authentication failed for user "postgres"',
  ],
  [
    `${remote}: connection to server on socket "/s/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally?`,
    'No such file or directory',
  ],
  ['connection to the remote node w1:5432 failed', 'no answer'],
  ['there is no such thing', undefined],
])('%s', (message, reason) => {
  expect(connectionReasons([{ message }])({ name: 'w1', port: 5432 })).toBe(reason);
});

test('the reason of one node is not taken for that of another', () => {
  expect(connectionReasons([{ message: `${remote}: x` }])({ name: 'w2', port: 5432 })).toBeUndefined();
});
