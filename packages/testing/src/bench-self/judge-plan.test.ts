import { expect, test } from 'vitest';
import { takeFingerprint } from './fingerprint.ts';
import { describePlan, judgePlan } from './judge-plan.ts';
import type { PlannedSchema } from './plan-benchmark.ts';

const schema: PlannedSchema = {
  schema: 'dumps/shop.sql',
  tables: 10,
  distributed: 6,
  reference: 2,
  singleShard: 0,
  local: 2,
  backfilled: 1,
  asRecommended: 10,
  ownedByTenants: 7,
  ownedAndSpread: 6,
  leftOut: 0,
  statements: 80,
  failures: [],
  differences: [],
  leftovers: [],
  missingExtensions: [],
  seconds: { plan: 0.2, proof: 4 },
};

function brokenOf(overrides: Partial<PlannedSchema>): readonly string[] {
  const fingerprint = takeFingerprint('15.4');
  const verdicts = judgePlan({
    version: 1,
    fingerprint,
    schemas: [schema],
    large: { ...schema, ...overrides },
  });
  return verdicts.filter(({ kept }) => !kept).map(({ what }) => what);
}

test('a plan that holds keeps every promise', () => {
  expect(brokenOf({})).toEqual([]);
});

test.each([
  [{ failures: ['keys: relation does not exist'] }, 'statements that Citus refuses'],
  [
    { differences: ['orders: planned distributed, found local'] },
    'tables and shards that are not as planned',
  ],
  [{ leftovers: ['table orders'] }, 'objects left or refused when a plan is taken back'],
  [{ asRecommended: 9 }, 'tables that are what the analysis recommends, or say why not'],
  [{ ownedAndSpread: 5 }, 'tables of tenants that are distributed or reference tables'],
  [{ seconds: { plan: 3.1, proof: 4 } }, 'plan of 300 tables'],
  [{ seconds: { plan: 1, proof: 61 } }, 'proof of 300 tables'],
])('%j breaks a promise', (overrides, broken) => {
  expect(brokenOf(overrides)).toEqual([broken]);
});

test('each schema has a line, with what it says against the plan below', () => {
  const failing = {
    ...schema,
    schema: 'dumps/other.sql',
    failures: ['keys: no'],
    missingExtensions: ['hll'],
  };
  const result = {
    version: 1 as const,
    fingerprint: takeFingerprint('15.4'),
    schemas: [failing],
    large: schema,
  };
  const text = describePlan(result, judgePlan(result));
  expect(text).toMatch(/^dumps\/shop\.sql +10 +yes +6 +2 +2 +1 +0 +0\.2 +4\.0$/m);
  expect(text).toMatch(/^dumps\/other\.sql +10 +no /m);
  expect(text).toContain('dumps/other.sql: keys: no');
  expect(text).toContain('this machine lacks hll');
});
