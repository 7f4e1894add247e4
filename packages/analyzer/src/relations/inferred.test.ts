import { beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../analyze.ts';
import { catalogOf, prepareCatalogs } from '../rules/catalog-of.test-support.ts';

async function inferred(sql: string): Promise<string[]> {
  const { relations } = await analyze({ catalog: catalogOf(sql) });
  return relations
    .filter(({ origin }) => origin === 'inferred')
    .map(
      ({ from, columns, to, referencedColumns }) =>
        `${from.name}.${columns.join()} → ${to.name}.${referencedColumns.join()}`,
    );
}

beforeAll(prepareCatalogs);

describe('relations told from names', () => {
  it('lead to the table that the name is about, not to a join table that carries the same column', async () => {
    const relations = await inferred(`
      CREATE TABLE roles_users (user_id integer, role_id integer);
      CREATE TABLE notes (id integer PRIMARY KEY, user_id integer);
      CREATE TABLE users (id integer PRIMARY KEY);`);
    expect(relations).toContain('notes.user_id → users.id');
    expect(relations).not.toContain('notes.user_id → roles_users.user_id');
  });

  it('pass by keys that point elsewhere themselves', async () => {
    const relations = await inferred(`
      CREATE TABLE ci_builds (id bigint PRIMARY KEY);
      CREATE TABLE ci_pending_builds (id bigint PRIMARY KEY, build_id bigint UNIQUE REFERENCES ci_builds);
      CREATE TABLE ci_tags (id bigint PRIMARY KEY, build_id bigint);`);
    expect(relations).toContain('ci_tags.build_id → ci_builds.id');
  });

  it('do not rest on the last of many words when the types differ', async () => {
    const relations = await inferred(`
      CREATE TABLE ci_build_pending_states (id bigint PRIMARY KEY);
      CREATE TABLE work_items (id bigint PRIMARY KEY, state_id smallint NOT NULL);`);
    expect(relations).toEqual([]);
  });
});
