import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { analyze } from '@shardwright/analyzer';
import { readDatabase } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { TableLoad } from '../model/load.ts';
import { isBeforeLoad, type Phase, type Plan } from '../model/plan.ts';
import { plan } from '../plan.ts';
import { renderChecks } from '../render/checks-script.ts';
import { type RowsToRead, readRows } from './read-rows.ts';

const psqlBinary = path.join(inject('postgresBin') ?? '', 'psql');

/** What a plan that was read from a file gives to a loader; nothing else is used below. */
let made: Plan;
const sourceDatabase = citusDatabase();
const targetDatabase = citusDatabase();
let source: Connection;
let target: Connection;

const schema = `
  CREATE TABLE companies (id serial PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE users (id serial PRIMARY KEY, company_id bigint NOT NULL);
  CREATE TABLE regions (code text PRIMARY KEY);
  CREATE TABLE posts (id serial PRIMARY KEY, company_id int REFERENCES companies, author_id int REFERENCES users);
  CREATE TABLE comments (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id int REFERENCES posts, user_id int NOT NULL REFERENCES users,
    body text, length int GENERATED ALWAYS AS (char_length(body)) STORED
  );
  CREATE TABLE likes (comment_id int NOT NULL REFERENCES comments, user_id int NOT NULL REFERENCES users, PRIMARY KEY (comment_id, user_id));
  CREATE TABLE visits (company_id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
  CREATE TABLE visits_2025_1 PARTITION OF visits_2025 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
  CREATE TABLE visits_2025_2 PARTITION OF visits_2025 FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
  CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE settings (name text PRIMARY KEY);

  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 7) AS n;
  INSERT INTO users (company_id) SELECT 1 + n % 7 FROM generate_series(1, 49) AS n;
  INSERT INTO regions VALUES ('eu'), ('us');
  INSERT INTO posts (company_id, author_id)
    SELECT 1 + n % 7, 1 + (n - 1) % 49 FROM generate_series(1, 490) AS n;
  INSERT INTO comments (post_id, user_id, body)
    SELECT 1 + n % 490, 1 + n % 49, repeat('x', n % 9) FROM generate_series(1, 5000) AS n;
  INSERT INTO likes SELECT 1 + n, 1 + (1 + n) % 49 FROM generate_series(1, 4000) AS n;
  INSERT INTO visits SELECT 1 + n % 7, date '2025-01-01' + n FROM generate_series(0, 700) AS n;
  INSERT INTO settings VALUES ('theme');
  ANALYZE`;

beforeAll(async () => {
  source = await sourceDatabase.connect();
  target = await targetDatabase.connect();
  for (const sql of schema.split(';')) await source.query(sql);
  const catalog = await readDatabase(sourceDatabase.url, {}, quietContext());
  const keys = {
    companies: 'id',
    users: 'company_id',
    posts: 'company_id',
    comments: 'company_id',
    likes: 'company_id',
    visits: 'company_id',
  };
  const distribute = Object.entries(keys).map(([table, column]) => ({ table, column }));
  const options = { distribute, reference: ['regions'], local: ['settings'], shards: 4 };
  const analysis = await analyze({ catalog, options });
  made = JSON.parse(JSON.stringify(plan(catalog, analysis))) as Plan;
  // After the analysis, which would have refused them.
  await source.query('UPDATE posts SET company_id = NULL WHERE id % 100 = 0');
  for (const sql of made.session) await target.query(sql);
});

afterAll(async () => {
  await source?.end();
  await target?.end();
});

async function apply(isWanted: (phase: Phase) => boolean): Promise<void> {
  const statements = made.steps.filter(({ phase }) => isWanted(phase)).flatMap((step) => step.apply);
  for (const sql of statements) await target.query(sql);
}

function psql(url: string, command: string, input?: Buffer): Buffer {
  return execFileSync(psqlBinary, ['-X', '-v', 'ON_ERROR_STOP=1', '-c', command, url], {
    input,
    maxBuffer: 1e8,
  });
}

/** Copies as the plan says, in binary, where a wrong type is noticed. */
function copy(load: TableLoad, rows: RowsToRead = {}): void {
  const read = psql(sourceDatabase.url, `COPY (${readRows(load, rows)}) TO STDOUT (FORMAT binary)`);
  psql(targetDatabase.url, `${load.copy} (FORMAT binary)`, read);
}

function loadOf(table: string): TableLoad {
  const found = made.loads.find((load) => load.source.name === table);
  if (!found) throw new RangeError(`${table} is not loaded`);
  return found;
}

async function count(connection: Connection, from: string): Promise<number> {
  const [row] = await connection.query<{ count: string }>(`SELECT count(*) FROM ${from}`);
  return Number(row?.count);
}

describe('a loader that knows nothing but plan.json', () => {
  test('finds every table that holds rows once, reference tables first', () => {
    const names = made.loads.map((load) => load.source.name);
    expect(names[0]).toBe('regions');
    expect([...names].sort()).toEqual([
      'comments',
      'companies',
      'likes',
      'posts',
      'regions',
      'settings',
      'users',
      'visits_2025_1',
      'visits_2025_2',
      'visits_2026',
    ]);
    expect(loadOf('visits_2025_1').target.name).toBe('visits_2025');
  });

  test('reads the rows of a table in parts, none twice and none left out', async () => {
    const load = loadOf('comments');
    const [size] = await source.query<{ pages: string }>(
      "SELECT pg_relation_size('comments') / 8192 AS pages",
    );
    const pages = Number(size?.pages);
    const parts = Array.from({ length: pages }, (_, page) =>
      readRows(load, { which: 'all', pages: { first: page, before: page + 1 } }),
    );
    expect(pages).toBeGreaterThan(5);
    const union = parts.map((sql) => `(${sql})`).join(' UNION ALL ');
    expect(await count(source, `(${union}) AS parts`)).toBe(5000);
    expect(await count(source, `(SELECT DISTINCT id FROM (${union}) AS parts) AS ids`)).toBe(5000);
    const plan = await source.query<Record<string, string>>(`EXPLAIN ${parts[0]}`);
    expect(JSON.stringify(plan)).toContain('Tid Range Scan on comments');
  });

  test('finds beforehand the rows whose foreign keys would not hold', async () => {
    const broken = async (): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const { constraint, countBroken } of made.foreignKeyChecks) {
        counts[constraint] = await count(
          source,
          `(${countBroken}) AS counted, generate_series(1, counted.count)`,
        );
      }
      return counts;
    };
    const none = Object.fromEntries(made.foreignKeyChecks.map(({ constraint }) => [constraint, 0]));
    const ofPosts = await count(source, 'comments WHERE post_id % 100 = 0');
    expect(ofPosts).toBeGreaterThan(0);
    expect(await broken()).toEqual({ ...none, comments_post_id_fkey: ofPosts });
    await source.query('UPDATE users SET company_id = 1 + company_id % 7 WHERE id = 2');
    expect((await broken()).posts_author_id_fkey).toBe(9);
    await source.query('UPDATE users SET company_id = 3 WHERE id = 2');
    await source.query(
      'DELETE FROM likes USING comments WHERE comments.id = comment_id AND post_id % 100 = 0',
    );
    await source.query('DELETE FROM comments WHERE post_id % 100 = 0');
    expect(await broken()).toEqual(none);
  });

  test('copies all rows that have a tenant, and knows the others', async () => {
    await apply(isBeforeLoad);
    for (const load of made.loads) copy(load);
    for (const { source: from, isPlaced } of made.loads) {
      const load = loadOf(from.name);
      const aside = await count(source, `(${readRows(load, { which: 'set-aside' })}) AS aside`);
      const placed = await count(source, `(${readRows(load)}) AS placed`);
      expect(placed + aside).toBe(await count(source, from.name));
      if (isPlaced === undefined) expect(aside).toBe(0);
    }
    for (const table of [
      'companies',
      'users',
      'regions',
      'posts',
      'comments',
      'likes',
      'visits',
      'settings',
    ]) {
      const loads = made.loads.filter((load) => load.source.name.startsWith(table));
      let expected = 0;
      for (const load of loads) expected += await count(source, `(${readRows(load)}) AS placed`);
      expect([table, await count(target, table)]).toEqual([table, expected]);
    }
    // A column that was there and may be NULL as well as one that is gained.
    expect(await count(source, `(${readRows(loadOf('posts'), { which: 'set-aside' })}) AS aside`)).toBe(4);
    expect(loadOf('posts').isPlaced).toBe('t.company_id IS NOT NULL');
  });

  test('casts what has another type in the target', async () => {
    const id = loadOf('posts').columns.find(({ name }) => name === 'id');
    expect(id).toEqual({ name: 'id', type: 'bigint', sourceType: 'integer', value: 't.id::bigint' });
    expect(
      await target.query(
        "SELECT atttypid::regtype::text AS type FROM pg_attribute WHERE attrelid = 'posts'::regclass AND attname = 'id'",
      ),
    ).toEqual([{ type: 'bigint' }]);
    expect(loadOf('comments').columns.map(({ name }) => name)).not.toContain('length');
  });

  test('applies the steps behind, with all rows there', async () => {
    await apply((phase) => !isBeforeLoad(phase));
    await expect(
      target.query('INSERT INTO comments (company_id, post_id, user_id) VALUES (1, 99999, 1)'),
    ).rejects.toThrow(/foreign key/);
  });

  test('moves sequences to where the source stands by then', async () => {
    await source.query("INSERT INTO companies (name) VALUES ('late')");
    const sequence = made.sequences.find(({ feeds }) =>
      feeds.some(({ table }) => table.name === 'companies'),
    );
    expect(sequence?.feeds).toEqual([{ table: { schema: 'public', name: 'companies' }, column: 'id' }]);
    for (const { readPosition, setPosition } of made.sequences) {
      const [at] = await source.query<{ last_value: string; is_called: boolean }>(readPosition);
      await target.query(setPosition, [at?.last_value, at?.is_called]);
    }
    const [row] = await target.query<{ id: string }>(
      "INSERT INTO companies (name) VALUES ('new') RETURNING id",
    );
    expect(Number(row?.id)).toBe(9);
  });
});

describe('rows that drifted from what their path gives', () => {
  test('are counted on the target', async () => {
    for (const { countDrifted } of made.backfills)
      expect(await target.query(countDrifted)).toEqual([{ count: '0' }]);
    const [backfill] = made.backfills.filter(({ table }) => table.name === 'likes');
    await target.query('ALTER TABLE likes DROP CONSTRAINT IF EXISTS likes_comment_id_fkey');
    await target.query('ALTER TABLE likes DROP CONSTRAINT IF EXISTS likes_user_id_fkey');
    await target.query(
      'INSERT INTO likes (company_id, comment_id, user_id) SELECT 1 + company_id % 7, comment_id, user_id FROM likes WHERE comment_id <= 11',
    );
    expect(await target.query(backfill?.countDrifted ?? '')).toEqual([{ count: '10' }]);
    const script = ['-X', '-q', '-v', 'on=target', '-f', '-', targetDatabase.url];
    const printed = execFileSync(psqlBinary, script, { input: renderChecks(made), encoding: 'utf8' });
    expect(printed).toMatch(/^likes, rows with another company_id than over .*: 10\n$/);
  });
});
