import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import { type Plan, plan } from '@shardwright/planner';
import { beforeAll, expect, inject, test } from 'vitest';
import { provePlan } from './prove-plan.ts';

const provider = inject('citusProvider');

// One of everything that is hard to carry over.
const schema = `
  CREATE TABLE accounts (id serial PRIMARY KEY, name text);
  CREATE TABLE currencies (code text PRIMARY KEY, name text);
  CREATE TABLE projects (
    id serial, account_id int NOT NULL REFERENCES accounts ON UPDATE CASCADE, region text NOT NULL, code text NOT NULL,
    PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED, UNIQUE (region, code), UNIQUE (account_id, id)
  );
  CREATE TABLE tasks (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id int NOT NULL, project_id int NOT NULL,
    code text, region text, twice int GENERATED ALWAYS AS (id * 2) STORED, parent_id int REFERENCES tasks ON DELETE CASCADE,
    currency text REFERENCES currencies ON UPDATE CASCADE ON DELETE SET NULL,
    FOREIGN KEY (code, region) REFERENCES projects (code, region) MATCH FULL,
    FOREIGN KEY (account_id, project_id) REFERENCES projects (account_id, id),
    UNIQUE (code) INCLUDE (account_id), UNIQUE (account_id, id)
  );
  CREATE TABLE links (
    id bigserial PRIMARY KEY, account_id int NOT NULL, task_id int NOT NULL REFERENCES tasks,
    FOREIGN KEY (account_id, task_id) REFERENCES tasks (account_id, id)
  );
  CREATE UNIQUE INDEX one_open ON tasks (code) WHERE region IS NULL;
  CREATE TABLE notes (id bigserial PRIMARY KEY, task_id int NOT NULL REFERENCES tasks, body text);
  CREATE TABLE drafts (id bigserial PRIMARY KEY, account_id int REFERENCES accounts, body text);
  CREATE UNLOGGED TABLE sessions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), account_id int NOT NULL REFERENCES accounts);
  CREATE SEQUENCE shared_numbers;
  CREATE TABLE bills (id int PRIMARY KEY DEFAULT nextval('shared_numbers'), account_id int NOT NULL REFERENCES accounts);
  CREATE TABLE refunds (id int PRIMARY KEY DEFAULT nextval('shared_numbers'), account_id int NOT NULL REFERENCES accounts);
  CREATE FUNCTION task_title(task int) RETURNS text LANGUAGE sql STABLE AS 'SELECT code FROM tasks WHERE id = task';
  CREATE VIEW titles AS SELECT t.*, task_title(t.id) AS title FROM tasks t;
  CREATE VIEW all_notes AS SELECT * FROM notes UNION ALL SELECT id, id::int, 'x' FROM bills;
`;
let made: Plan;

beforeAll(async () => {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const sql of schema.split(/;\n/)) if (sql.trim()) builder.apply({ sql, line: 1 });
  const catalog = builder.finish();
  expect(catalog.problems).toEqual([]);
  const owned = ['projects', 'tasks', 'links', 'notes', 'drafts', 'sessions', 'bills', 'refunds'];
  const distribute = [
    { table: 'accounts', column: 'id' },
    ...owned.map((table) => ({ table, column: 'account_id' })),
  ];
  made = plan(catalog, await analyze({ catalog, options: { distribute, reference: ['currencies'] } }));
});

test('the plan of all of it holds', async (context) => {
  if (provider.kind === 'existing') context.skip('a proof starts a cluster of its own');
  const { holds, failures, differences, undo } = await provePlan(made, { provider });
  expect({ holds, failures, differences, undo }).toEqual({
    holds: true,
    failures: [],
    differences: [],
    undo: { failures: [], left: [] },
  });
});

function applied(subject: string): string {
  const found = made.steps.filter((step) => step.subject.includes(subject)).flatMap((step) => step.apply);
  return found.join('\n').replace(/\s+/g, ' ');
}

test.each([
  [
    'a foreign key to columns of a key in another order',
    'tasks_code_region_fkey',
    'FOREIGN KEY (account_id, code, region) REFERENCES public.projects (account_id, code, region)',
  ],
  [
    'a reference of a table to itself, which still cascades',
    'tasks_parent_id_fkey',
    '(account_id, parent_id) REFERENCES public.tasks (account_id, id) ON DELETE CASCADE',
  ],
  [
    'a primary key that is checked at the end',
    'projects_pkey',
    'PRIMARY KEY (account_id, id) DEFERRABLE INITIALLY DEFERRED',
  ],
  [
    'an included column that becomes part of the key',
    'tasks_code_account_id_key',
    'UNIQUE (account_id, code)',
  ],
  ['a partial unique index', 'one_open', '(account_id, code) WHERE region IS NULL'],
  ['actions towards a reference table', 'tasks_currency_fkey', 'ON DELETE SET NULL ON UPDATE CASCADE'],
  ['a table that is not logged', 'public.sessions', 'CREATE UNLOGGED TABLE'],
  ['a sequence of two tables', 'public.shared_numbers', 'CREATE SEQUENCE public.shared_numbers'],
  ['a column computed of one that became bigint', 'public.tasks', 'GENERATED ALWAYS AS (id * 2) STORED'],
  [
    'a view over all columns of a table that gained one',
    'public.all_notes',
    'notes.id, notes.task_id, notes.body',
  ],
  ['a view that gives a function a column that became bigint', 'public.titles', 'task_title(t.id::int'],
])('%s is carried over', (_what, subject, sql) => {
  expect(applied(subject)).toContain(sql);
});

test.each([
  ['projects_account_id_fkey', 'low', 'changing id in accounts does CASCADE in projects'],
  ['tasks_code_region_fkey', 'low', 'MATCH FULL: all columns are NULL or none is'],
  ['one_open', 'high', '(code) is unique in the whole table'],
  ['account_id', 'medium', 'rows of drafts may have no account_id'],
])('what is lost of %s stands in the ledger', (object, risk, before) => {
  expect(made.weakenings).toContainEqual(expect.objectContaining({ object, risk, before }));
});

test('rows without a tenant are counted before they are refused', () => {
  const entry = made.weakenings.find(({ object }) => object === 'account_id');
  expect(entry?.remedy).toContain('SELECT count(*) FROM public.drafts WHERE account_id IS NULL');
});

test('what ON CONFLICT has to name is told', () => {
  const change = made.changes.find(({ object }) => object === 'one_open');
  expect(change?.why).toContain('ON CONFLICT (code) has to name account_id as well');
});
