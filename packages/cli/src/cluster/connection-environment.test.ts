import { expect, test } from 'vitest';
import { connectionEnvironment } from './connection-environment.ts';

test('a connection URL becomes what libpq reads from the environment', () => {
  expect(
    connectionEnvironment('postgres://an%40na:p%3A%2Fw@db.example:6432/sh%20op?sslmode=require&fallback=1'),
  ).toEqual({
    PGHOST: 'db.example',
    PGPORT: '6432',
    PGUSER: 'an@na',
    PGPASSWORD: 'p:/w',
    PGDATABASE: 'sh op',
    PGSSLMODE: 'require',
  });
});

test('socket directories and IPv6 addresses are written as libpq wants them', () => {
  expect(connectionEnvironment('postgres://a@%2Ftmp%2Fsockets:9700/b').PGHOST).toBe('/tmp/sockets');
  expect(connectionEnvironment('postgres://a@[::1]/b')).toEqual({
    PGHOST: '::1',
    PGUSER: 'a',
    PGDATABASE: 'b',
  });
});
