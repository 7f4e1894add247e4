import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { type Plan, plan } from '@shardwright/planner';
import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { provePlan } from './prove-plan.ts';

const provider = inject('citusProvider');
let made: Plan;

beforeAll(async () => {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const sql of [
    'CREATE TABLE companies (id serial PRIMARY KEY, name text)',
    'CREATE TABLE users (id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies, email text UNIQUE CHECK (email <> $$$$))',
    'CREATE INDEX users_by_company ON users (company_id)',
    'CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, company_id int NOT NULL REFERENCES companies)',
    'CREATE VIEW companies_with_posts AS SELECT company_id, count(*) FROM posts GROUP BY 1',
  ]) {
    builder.apply({ sql, line: 1 });
  }
  const catalog = builder.finish();
  const distribute = (table: string, column: string) => ({ table, column });
  made = plan(
    catalog,
    await analyze({
      catalog,
      options: {
        distribute: [
          distribute('companies', 'id'),
          distribute('users', 'company_id'),
          distribute('posts', 'company_id'),
        ],
      },
    }),
  );
});

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip('a proof starts a cluster of its own');
});

/** The plan with one step's statements replaced. */
function edited(phase: string, subject: string, apply: readonly string[]): Plan {
  const steps = made.steps.map((step) =>
    step.phase === phase && step.subject.includes(subject) ? { ...step, apply } : step,
  );
  expect(steps).not.toEqual(made.steps);
  return { ...made, steps };
}

test('a plan that does what it says holds, and is taken back without a trace', async () => {
  const proof = await provePlan(made, { provider });
  expect(proof).toMatchObject({
    holds: true,
    failures: [],
    differences: [],
    undo: { failures: [], left: [] },
    postgresVersion: expect.stringMatching(/^\d+\.\d+$/),
    citusVersion: expect.stringMatching(/^\d+\.\d+/),
  });
});

test("a step edited into something illegal is named with the server's words, and the rest is tried all the same", async () => {
  const broken = edited('keys', 'users_pkey', ['ALTER TABLE public.users ADD PRIMARY KEY (id)']);
  const proof = await provePlan(broken, { provider });
  expect(proof.holds).toBe(false);
  expect(proof.failures[0]).toMatchObject({
    step: 'keys: users_pkey ON public.users',
    message: expect.stringContaining('cannot create constraint on "users"'),
  });
});

test('a table that ends up elsewhere than planned is told, with both places', async () => {
  const moved = edited('distribute', 'posts', ["SELECT create_reference_table('public.posts')"]);
  const proof = await provePlan(moved, { provider });
  expect(proof.differences).toContainEqual({
    object: 'posts',
    expected: 'distributed by company_id',
    found: 'a reference table',
  });
});

test('a table that is apart from its co-location group is told', async () => {
  const apart = edited('distribute', 'posts', [
    "SELECT create_distributed_table('public.posts', 'company_id', colocate_with => 'none', shard_count => 4)",
  ]);
  const proof = await provePlan(apart, { provider });
  expect(proof.differences).toContainEqual({
    object: 'posts',
    expected: expect.stringContaining('co-located'),
    found: 'apart from the others of its group',
  });
});

test('what the undo forgets is named', async () => {
  const forgetful = {
    ...made,
    steps: made.steps.map((step) =>
      step.subject.includes('companies_with_posts') ? { ...step, undo: [] } : step,
    ),
  };
  const proof = await provePlan(forgetful, { provider });
  expect(proof.holds).toBe(false);
  expect(proof.undo.left).toContain('view public.companies_with_posts');
  expect(proof.undo.failures.map(({ step }) => step)).toContain('tables: public.posts');
});

test('what needs an extension that this machine lacks is not held against the plan, and not proven either', async () => {
  const extension = { ...made.steps[0], id: 'extensions: exotic', phase: 'extensions' as const };
  const lacking: Plan = {
    ...made,
    steps: [
      {
        ...extension,
        title: '',
        subject: 'exotic',
        hazards: [],
        apply: ['CREATE EXTENSION exotic'],
        undo: ['DROP EXTENSION exotic'],
      },
      ...made.steps.map((step) =>
        step.phase === 'tables' && step.subject === 'public.posts'
          ? {
              ...step,
              apply: ['CREATE TABLE public.posts (id bigint, company_id bigint, shape exotic_type)'],
            }
          : step,
      ),
    ],
  };
  const proof = await provePlan(lacking, { provider });
  expect(proof).toMatchObject({
    holds: false,
    missingExtensions: ['exotic'],
    failures: [],
    differences: [],
    undo: { failures: [], left: [] },
  });
  expect(proof.untried).toEqual(
    expect.arrayContaining([
      'tables: public.posts',
      'distribute: public.posts',
      'programs: public.companies_with_posts',
    ]),
  );
  expect(proof.untried.filter((id) => !id.includes('posts'))).toEqual(['extensions: exotic']);
});

test('an interrupted proof ends at once', async () => {
  const interruption = new AbortController();
  const context = quietContext({
    signal: interruption.signal,
    emit: (event) => {
      if (event.kind === 'progress') interruption.abort(new Error('Ctrl-C'));
    },
  });
  await expect(provePlan(made, { provider }, context)).rejects.toThrow('Ctrl-C');
});
