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

  it('prefer the table that shares more of its name, and leave out one of the same kind', async () => {
    const relations = await inferred(`
      CREATE TABLE board_stages (id bigint PRIMARY KEY);
      CREATE TABLE ci_stages (id bigint PRIMARY KEY);
      CREATE TABLE ci_builds (id bigint PRIMARY KEY, stage_id bigint);
      CREATE TABLE merge_request_assignees (id bigint PRIMARY KEY);
      CREATE TABLE work_item_assignees (id bigint PRIMARY KEY, assignee_id bigint);`);
    expect(relations).toEqual(['ci_builds.stage_id → ci_stages.id']);
  });

  it('do not rest on a word that only qualifies the table, or names a role', async () => {
    const relations = await inferred(`
      CREATE TABLE trustpub_configs_github (id integer PRIMARY KEY);
      CREATE TABLE teams (id integer PRIMARY KEY, github_id integer NOT NULL);
      CREATE TABLE user_parents (id integer PRIMARY KEY);
      CREATE TABLE places (id integer PRIMARY KEY, parent_id integer);`);
    expect(relations).toEqual([]);
  });

  it('lead to a table whose name tells its module or its kind in front', async () => {
    const relations = await inferred(`
      CREATE TABLE sales_order (id integer PRIMARY KEY);
      CREATE TABLE delivery (id integer PRIMARY KEY, order_id integer);
      CREATE TABLE note (id integer PRIMARY KEY, sales_order_id integer);`);
    expect(relations).toEqual(['delivery.order_id → sales_order.id', 'note.sales_order_id → sales_order.id']);
  });

  it('take neither keys of other systems nor other keys of the same row', async () => {
    const relations = await inferred(`
      CREATE TABLE sessions (id text PRIMARY KEY);
      CREATE TABLE accounts (id text PRIMARY KEY, provider_account_id text, parent_account_id text);
      CREATE TABLE conversations (id text PRIMARY KEY, provider_session_id text);
      CREATE TABLE api_keys (id text PRIMARY KEY, secret_key text UNIQUE, fast_secret_key text);`);
    expect(relations).toEqual(['accounts.parent_account_id → accounts.id']);
  });

  it('are none between tables that only name their keys alike', async () => {
    const relations = await inferred(`
      CREATE TABLE all_cre_cache (cache_key integer PRIMARY KEY);
      CREATE TABLE mrk_do_cache (cache_key integer PRIMARY KEY);
      CREATE TABLE transfer_tasks (shard_id integer, task_id bigint, PRIMARY KEY (shard_id, task_id));
      CREATE TABLE timer_tasks (shard_id integer, task_id bigint, PRIMARY KEY (shard_id, task_id));`);
    expect(relations).toEqual([]);
  });
});
