import { UsageError } from '@shardwright/core';
import { expect, test } from 'vitest';
import { readBenchmarkArguments } from './run.ts';

test('size, rounds and seed have defaults and can be chosen', () => {
  expect(readBenchmarkArguments(['analyze'])).toEqual({
    name: 'analyze',
    sizeBytes: 1e9,
    rounds: 3,
    seed: 1,
  });
  expect(readBenchmarkArguments(['analyze', '--size', '2.5GB', '--rounds=1', '--seed', '9'])).toEqual({
    name: 'analyze',
    sizeBytes: 2.5e9,
    rounds: 1,
    seed: 9,
  });
  expect(readBenchmarkArguments(['plan', '--only', 'sakila'])).toEqual({ name: 'plan', only: 'sakila' });
  expect(readBenchmarkArguments(['cluster', '--rounds', '2'])).toEqual({ name: 'cluster', rounds: 2 });
  expect(readBenchmarkArguments(['migrate'])).toEqual({ name: 'migrate', rows: 4_000_000, rounds: 3 });
});

test.each([
  [[]],
  [['move']],
  [['migrate', '--rows', 'many']],
  [['analyze', '--size', 'large']],
  [['analyze', '--size', '0.1MB']],
  [['analyze', '--rounds', '0']],
  [['analyze', '--fast']],
  [['analyze', 'cluster']],
  [['cluster', '--size', '1GB']],
])('%j is refused', (args) => {
  expect(() => readBenchmarkArguments(args)).toThrow(UsageError);
});
