import { expect, it } from 'vitest';
import { planCommand } from './plan-command.ts';
import type { SourceRequest } from './request.ts';

const plain: SourceRequest = {
  source: 'dump.sql',
  workload: [],
  distribute: [],
  range: [],
  reference: [],
  local: [],
  singleShard: [],
  schemas: [],
};

it('plans the same source with the same decisions', () => {
  expect(planCommand(plain)).toBe('migrate plan dump.sql --out plan');
  expect(
    planCommand({
      ...plain,
      source: "the shop's dump.sql",
      workload: ['queries.csv'],
      distribute: [{ table: 'sales.orders', column: 'customer_id' }],
      local: ['audit', 'jobs'],
      tenant: 'company_id',
      nodes: 4,
      statementTimeoutMs: 30_000,
    }),
  ).toBe(
    `migrate plan 'the shop'\\''s dump.sql' --workload queries.csv --distribute sales.orders=customer_id --local audit --local jobs --tenant company_id --nodes 4 --statement-timeout 30000ms --out plan`,
  );
});

it('has no command for what came over standard input', () => {
  expect(planCommand({ ...plain, source: '-' })).toBeUndefined();
});
