import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { hasEnded, thisProcess } from './container-owner.ts';

test('a process that runs has not ended', async () => {
  expect(await hasEnded(await thisProcess())).toBe(false);
});

test('a process that is gone has ended', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  expect(await hasEnded(`${hostname()}:${child.pid}:12345`)).toBe(true);
});

test('a process has ended whose id belongs to a later one', async () => {
  const [host, pid] = (await thisProcess()).split(':');
  expect(await hasEnded(`${host}:${pid}:1`)).toBe(true);
});

test('whether a process of another machine has ended cannot be told', async () => {
  expect(await hasEnded('elsewhere.example:1:1')).toBeUndefined();
});
