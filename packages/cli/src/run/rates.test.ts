import type { TableStatus } from '@shardwright/migrator';
import { expect, test } from 'vitest';
import { bytesPerSecond } from './rates.ts';

const table = (...times: readonly (readonly [string, string])[]): TableStatus => ({
  relation: 'public.orders',
  chunks: { done: times.length, total: times.length },
  rows: 10,
  bytes: 1_000_000 * times.length,
  setAside: 0,
  history: times.map(([began, loaded], chunk) => ({
    ...{ chunk, rows: 10, bytes: 1_000_000 },
    ...{ beganAt: `2026-01-0${began}Z`, loadedAt: `2026-01-0${loaded}Z` },
  })),
});

test('chunks at once share their time, and a night between two runs is none', () => {
  const times = [
    ['1T20:00:00', '1T20:00:10'],
    ['1T20:00:02', '1T20:00:06'],
    ['2T08:00:00', '2T08:00:05'],
  ] as const;
  expect(bytesPerSecond([table(...times)])).toBe(200_000);
});

test('what took no time, or was little, has no rate', () => {
  expect(bytesPerSecond([{ ...table(['1T20:00:00', '1T20:00:10']), bytes: 900 }])).toBeUndefined();
  expect(bytesPerSecond([table(['1T20:00:00.000', '1T20:00:00.010'])])).toBeUndefined();
  expect(bytesPerSecond([])).toBeUndefined();
});
