import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import type { Connection } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readRows } from '../load/read-rows.ts';
import type { Backfill } from '../model/backfill.ts';
import type { TableLoad } from '../model/load.ts';
import type { Plan } from '../model/plan.ts';
import { plan } from '../plan.ts';
import { renderBackfill } from '../render/backfill-script.ts';
import { renderChecks } from '../render/checks-script.ts';

const psqlBinary = path.join(inject('postgresBin') ?? '', 'psql');

const schema = `
  CREATE TABLE companies (id bigserial PRIMARY KEY, name text);
  CREATE TABLE users (id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies);
  CREATE TABLE posts (
    id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies, author_id bigint REFERENCES users
  );
  CREATE TABLE comments (
    id bigserial PRIMARY KEY, post_id bigint REFERENCES posts, user_id bigint NOT NULL REFERENCES users,
    body text, length int GENERATED ALWAYS AS (char_length(body)) STORED
  );
  CREATE TABLE notes (id bigserial PRIMARY KEY, post_id bigint REFERENCES posts, body text);
  CREATE TABLE transfers (
    id bigserial PRIMARY KEY, giver_id bigint NOT NULL REFERENCES users, taker_id bigint NOT NULL REFERENCES users
  );
  CREATE TABLE likes (comment_id bigint NOT NULL, weight int);
  ALTER TABLE likes ADD CONSTRAINT likes_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments NOT VALID
`;
const database = testDatabase();
let connection: Connection;
let whole: Plan;
let made: readonly Backfill[];
let loads: readonly TableLoad[];

beforeAll(async () => {
  connection = await database.connect();
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const sql of schema.split(';')) {
    builder.apply({ sql, line: 1 });
    await connection.query(sql);
  }
  // Orphans came before the foreign key: 9 refers to no comment, 3 to one without a post.
  await connection.query(`
    INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 7) AS n;
    INSERT INTO users (company_id) SELECT 1 + n % 7 FROM generate_series(1, 50) AS n;
    INSERT INTO posts (company_id, author_id) SELECT 1 + n % 7, 1 + n % 50 FROM generate_series(1, 300) AS n;
    INSERT INTO comments (post_id, user_id, body)
      SELECT CASE WHEN n % 10 > 0 THEN 1 + n % 300 END, 1 + n % 50, repeat('x', n % 9) FROM generate_series(1, 25000) AS n;
    INSERT INTO notes (post_id, body) SELECT CASE WHEN n % 4 > 0 THEN n END, 'note' FROM generate_series(1, 200) AS n;
    INSERT INTO transfers (giver_id, taker_id) SELECT n, CASE WHEN n <= 20 THEN n ELSE 1 END FROM generate_series(1, 50) AS n;
    ALTER TABLE likes DROP CONSTRAINT likes_comment_id_fkey;
    INSERT INTO likes SELECT n, 1 FROM generate_series(24001, 26000) AS n;
    INSERT INTO likes SELECT * FROM likes LIMIT 5;
    ALTER TABLE likes ADD CONSTRAINT likes_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES comments NOT VALID;
  `);
  const catalog = builder.finish();
  const distribute = (table: string, column: string) => ({ table, column });
  const analysis = await analyze({
    catalog,
    options: {
      distribute: [
        distribute('companies', 'id'),
        distribute('users', 'company_id'),
        distribute('posts', 'company_id'),
        distribute('comments', 'company_id'),
        distribute('notes', 'company_id'),
        distribute('transfers', 'company_id'),
        distribute('likes', 'company_id'),
      ],
    },
  });
  whole = plan(catalog, analysis);
  ({ backfills: made, loads } = whole);
});

afterAll(() => connection?.end());

function of(table: string): Backfill {
  const found = made.find((backfill) => backfill.table.name === table);
  if (!found) throw new RangeError(`${table} gains no column`);
  return found;
}

function loadOf(table: string): TableLoad {
  const found = loads.find(({ source }) => source.name === table);
  if (!found) throw new RangeError(`${table} is not loaded`);
  return found;
}

async function count(sql: string): Promise<number> {
  const [row] = await connection.query<{ count: string }>(`SELECT count(*) FROM (${sql}) AS counted`);
  return Number(row?.count);
}

test('only tables without the column are filled', () => {
  expect(made.map(({ table }) => table.name).sort()).toEqual(['comments', 'likes', 'notes', 'transfers']);
});

describe.each([
  ['comments', 0],
  ['notes', 50],
  ['transfers', 0],
  // Five are there twice.
  ['likes', 1000],
] as const)('reading %s for the load', (table, setAside) => {
  test('takes every row once, either to be loaded or to be set aside', async () => {
    const { countSetAside } = of(table);
    const load = loadOf(table);
    const selectPlaced = readRows(load);
    const selectSetAside = readRows(load, { which: 'set-aside' });
    const own = load.columns
      .slice(0, -1)
      .map(({ name }) => name)
      .join(', ');
    const differing = await count(`
      (SELECT ${own} FROM ${table} EXCEPT ALL SELECT ${own} FROM (${selectPlaced} UNION ALL ${selectSetAside}) AS read)
      UNION ALL
      (SELECT ${own} FROM (${selectPlaced} UNION ALL ${selectSetAside}) AS read EXCEPT ALL SELECT ${own} FROM ${table})`);
    expect(differing).toBe(0);
    const [aside] = await connection.query<{ count: string }>(countSetAside);
    expect(Number(aside?.count)).toBe(setAside);
    expect(await count(selectSetAside)).toBe(setAside);
    expect(await count(`SELECT FROM (${selectPlaced}) AS placed WHERE company_id IS NULL`)).toBe(0);
  });
});

test('the value is that of the row the path leads to', async () => {
  const { path } = of('comments');
  const selectPlaced = readRows(loadOf('comments'));
  expect(path).toHaveLength(1);
  const holder = path[0]?.to.name;
  const [column] = path[0]?.columns ?? [];
  const wrong = await count(
    `SELECT FROM (${selectPlaced}) AS placed JOIN ${holder} AS h ON h.id = placed.${column} WHERE h.company_id <> placed.company_id`,
  );
  expect(wrong).toBe(0);
});

test('generated columns are not read', () => {
  expect(loadOf('comments').columns.map(({ name }) => name)).toEqual([
    'id',
    'post_id',
    'user_id',
    'body',
    'company_id',
  ]);
});

test('another way that is no longer is told, with how often it leads elsewhere', async () => {
  expect(of('notes').alternatives).toEqual([]);
  const { path, alternatives, hazards } = of('transfers');
  expect([path, ...alternatives.map((one) => one.path)].map(([hop]) => hop?.columns).sort()).toEqual([
    ['giver_id'],
    ['taker_id'],
  ]);
  expect(hazards).toContainEqual(expect.stringMatching(/Another way leads over (giver|taker)_id → users/));
  const different = 'SELECT FROM transfers JOIN users g ON g.id = giver_id JOIN users t ON t.id = taker_id';
  expect(await connection.query(alternatives[0]?.countDifferent ?? '')).toEqual([
    { count: String(await count(`${different} WHERE g.company_id <> t.company_id`)) },
  ]);
});

test('what may end without a value is told', () => {
  expect(of('notes').hazards).toContain(
    'notes (post_id) may be NULL: such rows get no company_id and are set aside.',
  );
  expect(of('comments').hazards.join()).not.toContain('NULL');
  expect(of('transfers').chosenBecause).toBe('nothing in the definitions speaks for another');
});

test('filling the source in batches ends with every row that has a value, and shows later drift', async () => {
  const { inSource, countSetAside, path } = of('comments');
  for (const sql of inSource.prepare) await connection.query(sql);
  await connection.query(inSource.fill);
  const aside = await connection.query<{ count: string }>(countSetAside);
  const missing = await connection.query<{ count: string }>(
    'SELECT count(*) FROM comments WHERE company_id IS NULL',
  );
  expect(missing).toEqual(aside);
  expect(await connection.query(inSource.countDrifted)).toEqual([{ count: '0' }]);
  const hop = path[0];
  await connection.query(`UPDATE ${hop?.to.name} SET company_id = 1 + company_id % 7 WHERE id = 1`);
  const [drifted] = await connection.query<{ count: string }>(inSource.countDrifted);
  expect(Number(drifted?.count)).toBeGreaterThan(0);
  await connection.query('DELETE FROM likes');
  await connection.query('DELETE FROM comments WHERE company_id IS NULL');
  for (const sql of inSource.finish) await connection.query(sql);
  await expect(connection.query('INSERT INTO comments (user_id) VALUES (1)')).rejects.toThrow(/not-null/);
  for (const sql of inSource.undo) await connection.query(sql);
  await connection.query('INSERT INTO comments (user_id) VALUES (1)');
});

test('a table without a primary key is filled as well', async () => {
  await connection.query('INSERT INTO comments (id, post_id, user_id) VALUES (90001, 1, 1)');
  await connection.query('INSERT INTO likes SELECT 90001, n FROM generate_series(1, 30) AS n');
  const { inSource } = of('likes');
  // likes leads over comments, whose own column the source does not have.
  for (const sql of inSource.prepare) await connection.query(sql);
  await connection.query(inSource.fill);
  expect(await connection.query('SELECT DISTINCT company_id FROM likes')).toHaveLength(1);
  expect(await connection.query(inSource.countDrifted)).toEqual([{ count: '0' }]);
});

describe('the scripts for the source', () => {
  const psql = (script: string, ...words: readonly string[]): string =>
    execFileSync(psqlBinary, ['-X', '-v', 'ON_ERROR_STOP=1', ...words, '-f', '-', database.url], {
      input: script,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });

  test('print what a load would set aside, and where two ways disagree', () => {
    const found = psql(renderChecks(whole));
    expect(found).toContain('notes, rows without company_id: 50\n');
    expect(found).toMatch(/transfers, rows with another company_id over (giver|taker)_id → users: \d+\n/);
    expect(found).not.toContain('comments, rows without');
  });

  test('fill the columns, and take that back', async () => {
    const script = renderBackfill(whole);
    expect(() => psql(script)).toThrow();
    for (const section of ['prepare', 'prepare', 'fill', 'fill']) psql(script, '-v', `section=${section}`);
    expect(await connection.query('SELECT FROM notes WHERE company_id IS NULL')).toHaveLength(50);
    await connection.query('DELETE FROM notes WHERE company_id IS NULL');
    await connection.query('DELETE FROM likes WHERE company_id IS NULL');
    psql(script, '-v', 'section=finish');
    await expect(connection.query('INSERT INTO notes (post_id) VALUES (1)')).rejects.toThrow(/not-null/);
    psql(script, '-v', 'section=undo');
    await connection.query('INSERT INTO notes (post_id) VALUES (1)');
  });
});
