import { UsageError } from '@shardwright/core';
import { expect, test } from 'vitest';
import { readBenchmarkArguments } from './run.ts';

test('size, rounds and seed have defaults and can be chosen', () => {
  expect(readBenchmarkArguments(['analyze'])).toEqual({ sizeBytes: 1e9, rounds: 3, seed: 1 });
  expect(readBenchmarkArguments(['analyze', '--size', '2.5GB', '--rounds=1', '--seed', '9'])).toEqual({
    sizeBytes: 2.5e9,
    rounds: 1,
    seed: 9,
  });
});

test.each([
  [[]],
  [['migrate']],
  [['analyze', '--size', 'large']],
  [['analyze', '--size', '0.1MB']],
  [['analyze', '--rounds', '0']],
  [['analyze', '--fast']],
])('%j is refused', (args) => {
  expect(() => readBenchmarkArguments(args)).toThrow(UsageError);
});
