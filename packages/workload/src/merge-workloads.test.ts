import { quietContext } from '@shardwright/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeWorkloads, readWorkload, type StatementStatisticsRow } from './index.ts';

const queries = [
  'SELECT a FROM t WHERE b = $1',
  'SELECT a FROM t WHERE b IN ($1, $2)',
  'SELECT a FROM s.t WHERE b = $1',
  'select a from t where b = 7',
  'UPDATE t SET a = $1',
  'BEGIN',
  'SELECT a FROM',
] as const;

const row: fc.Arbitrary<StatementStatisticsRow> = fc.record({
  query: fc.constantFrom(...queries),
  calls: fc.nat(1_000),
  // Quarters add up exactly in any order.
  totalTimeMs: fc.nat(4_000).map((quarters) => quarters / 4),
  rows: fc.nat(1_000),
});

const read = (rows: readonly StatementStatisticsRow[]) =>
  readWorkload({ rows, label: 'server' }, quietContext());

test('workloads read apart and merged hold what they hold when read as one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row), fc.array(row), async (left, right) => {
      const merged = mergeWorkloads([await read(left), await read(right)]);
      const whole = await read([...left, ...right]);
      const costs = (workload: typeof whole) =>
        workload.queries
          .map(({ source: _, ...cost }) => cost)
          .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
      expect(costs(merged)).toEqual(costs(whole));
      const calls = [...left, ...right]
        .filter(({ query }) => query !== 'BEGIN')
        .reduce((sum, one) => sum + one.calls, 0);
      expect([...merged.queries, ...merged.unparsed].reduce((sum, one) => sum + one.calls, 0)).toBe(calls);
    }),
  );
});
