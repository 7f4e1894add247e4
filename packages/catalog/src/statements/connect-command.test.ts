import { expect, test } from 'vitest';
import { readConnectCommand } from './connect-command.ts';

test.each([
  ['\\c', undefined, undefined],
  ['\\connect shop', 'shop', undefined],
  ['\\c shop joe localhost 5432', 'shop', 'joe'],
  ['\\c - joe', undefined, 'joe'],
  ['\\connect "My ""Shop"""', 'My "Shop"', undefined],
  [`\\connect -reuse-previous=on "dbname='my \\'shop'"`, "my 'shop", undefined],
  ['\\c "user=joe dbname=shop host=x"', 'shop', 'joe'],
  ['\\c postgres://joe:secret@host:5432/my%20shop?sslmode=require', 'my shop', 'joe'],
  ['\\c postgresql://host', undefined, undefined],
])('%s', (text, database, user) => {
  expect(readConnectCommand(text)).toEqual({ database, user });
});

test('other commands that begin with the same letter are none', () => {
  expect(readConnectCommand('\\copy t from stdin')).toBeUndefined();
  expect(readConnectCommand('\\conninfo')).toBeUndefined();
});
