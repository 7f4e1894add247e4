import { EnvironmentError, UsageError } from '@shardwright/core';
import { expect, test } from 'vitest';
import { checkRequired, readArguments, readTierList } from './run.ts';
import type { Tier } from './tiers.ts';

const tiers: readonly Tier[] = [
  { name: 'unit', runnable: true, by: 'Node' },
  { name: 'browser', runnable: false, reason: 'no Chromium' },
];

test('--tier picks tiers and every other argument goes to vitest in order', () => {
  expect(readArguments(['-t', 'a name', '--tier', 'unit', 'packages/core', '--tier=citus,browser'])).toEqual({
    chosen: ['unit', 'citus', 'browser'],
    passedOn: ['-t', 'a name', 'packages/core'],
  });
});

test('a tier that does not exist is refused by name', () => {
  expect(() => readTierList('citus,moon', 'REQUIRE_TIERS')).toThrow(UsageError);
  expect(() => readTierList('citus,moon', 'REQUIRE_TIERS')).toThrow('no tier is named moon');
});

test('--tier without a name is refused, an empty REQUIRE_TIERS requires nothing', () => {
  expect(() => readArguments(['--tier'])).toThrow(UsageError);
  expect(readTierList('', 'REQUIRE_TIERS')).toEqual([]);
});

test('a required tier that cannot run fails the run', () => {
  expect(() => checkRequired(['browser'], tiers)).toThrow(EnvironmentError);
  expect(() => checkRequired(['unit'], tiers)).not.toThrow();
});

test('a required tier that --tier leaves out fails the run', () => {
  expect(() => checkRequired(['postgres'], tiers)).toThrow('required tiers cannot run: postgres');
});
