import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Weakening } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import { plan } from '../plan.ts';

const schema = `
  CREATE TABLE projects (id text PRIMARY KEY, slug text UNIQUE);
  CREATE TABLE prompts (id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, uuid uuid UNIQUE);
  CREATE TABLE api_keys (
    id text PRIMARY KEY, project_id text NOT NULL REFERENCES projects, fast_hashed_secret_key text UNIQUE,
    stripe_id text UNIQUE, account_id bigint UNIQUE, _owner_key int UNIQUE, invoice_number int UNIQUE
  );
  CREATE TABLE prompt_labels (
    prompt_id text NOT NULL REFERENCES prompts, label text NOT NULL, project_id text NOT NULL REFERENCES projects,
    PRIMARY KEY (prompt_id, label)
  );
  CREATE TABLE members (user_id bigint NOT NULL, team_id bigint NOT NULL, project_id text NOT NULL REFERENCES projects,
    PRIMARY KEY (user_id, team_id));
  CREATE TABLE users (id serial PRIMARY KEY, project_id text NOT NULL REFERENCES projects, email text);
  CREATE UNIQUE INDEX users_email ON users ((lower(email)));
  CREATE TABLE removals (id serial PRIMARY KEY, what text, removed_by text REFERENCES projects ON DELETE SET NULL);
  CREATE TABLE visits (id serial PRIMARY KEY, project_id text NOT NULL, user_id int NOT NULL REFERENCES users);
  CREATE TABLE notes (id serial PRIMARY KEY, visit_id int NOT NULL REFERENCES visits)`;

let made: Plan;
beforeAll(async () => {
  await loadParser();
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const sql of schema.split(';')) builder.apply({ sql, line: 1 });
  const catalog = builder.finish();
  const keys = {
    projects: 'id',
    prompts: 'project_id',
    api_keys: 'project_id',
    prompt_labels: 'project_id',
    members: 'project_id',
    users: 'project_id',
    removals: 'removed_by',
    visits: 'project_id',
    notes: 'project_id',
  };
  const distribute = Object.entries(keys).map(([table, column]) => ({ table, column }));
  made = plan(catalog, await analyze({ catalog, options: { distribute } }));
});

function entry(table: string, object: string): Weakening {
  const found = made.weakenings.find((one) => displayName(one.table) === table && one.object === object);
  if (!found) throw new RangeError(`nothing is told of ${object} of ${table}`);
  return found;
}

describe('a key that holds within a tenant only', () => {
  test.each([
    ['prompts', 'prompts_pkey', 'low', 'at random'],
    ['api_keys', 'api_keys_pkey', 'low', 'at random'],
    ['prompts', 'prompts_uuid_key', 'low', 'at random'],
    ['users', 'users_pkey', 'low', 'the database makes id'],
    ['prompt_labels', 'prompt_labels_pkey', 'low', 'a row of prompts belongs to one project_id'],
    ['members', 'members_pkey', 'medium', 'the same user_id'],
    ['api_keys', 'api_keys_stripe_id_key', 'medium', 'another system'],
    ['api_keys', 'api_keys_account_id_key', 'medium', 'another system'],
    ['api_keys', 'api_keys__owner_key_key', 'medium', 'another system'],
    ['api_keys', 'api_keys_invoice_number_key', 'high', 'people or other systems'],
    ['api_keys', 'api_keys_fast_hashed_secret_key_key', 'high', 'people or other systems'],
    ['users', 'users_email', 'high', 'people or other systems know rows by lower(email)'],
    ['projects', 'projects_slug_key', 'high', 'id differs in every row'],
  ] as const)('%s of %s is of %s risk', (table, object, risk, reason) => {
    expect(entry(table, object)).toMatchObject({ risk, reason: expect.stringContaining(reason) });
  });

  test('is told to hold for nothing where the distribution column is unique by itself', () => {
    expect(entry('projects', 'projects_slug_key').after).toBe(
      'nothing keeps (slug) unique: id differs in every row',
    );
  });
});

test('a lost action is never answered with a NULL that the distribution column cannot have', () => {
  const { remedy } = entry('removals', 'removals_removed_by_fkey');
  expect(remedy).toContain('delete the rows of removals (WHERE removed_by = $1)');
  expect(remedy).not.toMatch(/SET removed_by/);
});

test('a column that is added changes no type', () => {
  const changes = made.changes.filter(
    ({ table, object }) => table.name === 'notes' && object === 'project_id',
  );
  expect(changes.map(({ kind }) => kind)).toEqual(['column-added']);
});
