import type { QueryClass } from '@shardwright/analyzer';
import { quietContext } from '@shardwright/core';
import type { PlannedQuery, QueryProof } from '@shardwright/planner';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { explainQueries } from './explain-queries.ts';

const database = citusDatabase();

beforeAll(async () => {
  await using coordinator = await database.connect();
  await coordinator.query(`
    CREATE TYPE mood AS ENUM ('ok', 'bad');
    CREATE DOMAIN email AS text CHECK (VALUE <> '');
    CREATE TABLE companies (id bigint PRIMARY KEY, mood mood, born date);
    SELECT create_distributed_table('companies', 'id', shard_count := 4);
    CREATE TABLE users (company_id bigint, id uuid, mail email, tags text[], PRIMARY KEY (company_id, id));
    SELECT create_distributed_table('users', 'company_id', colocate_with := 'companies');
    CREATE TABLE countries (code text PRIMARY KEY);
  `);
  await coordinator.query("SELECT create_reference_table('countries')");
});

const query = (sql: string, expected: QueryClass, error?: string): PlannedQuery => ({
  fingerprint: sql,
  sql,
  calls: 1,
  shareOfCalls: 1,
  class: expected,
  reason: 'so it was said',
  ...(error === undefined ? {} : { error }),
});

async function prove(...queries: readonly PlannedQuery[]): Promise<readonly QueryProof[]> {
  const target = { url: database.url, session: ['SET search_path = public'], shardCount: 4 };
  return explainQueries(queries, target, quietContext());
}

test.each<[QueryClass, string]>([
  ['fast-path', 'SELECT * FROM companies WHERE id = $1 LIMIT $2'],
  ['fast-path', 'UPDATE companies SET mood = $1, born = $2 WHERE id = $3'],
  ['router', 'INSERT INTO users (company_id, id, mail, tags) VALUES ($1, $2, $3, $4)'],
  ['router', 'SELECT * FROM companies c JOIN users u ON u.company_id = c.id WHERE c.id = $1 AND u.mail = $2'],
  ['pushdown', 'SELECT * FROM users WHERE company_id IN ($1, $2)'],
  ['pushdown', 'DELETE FROM users WHERE tags @> $1 AND mail = ANY ($2)'],
  ['pushdown', 'SELECT $1, count(*) FROM users'],
  ['repartition', 'SELECT * FROM users u JOIN users v ON u.id = v.id'],
  ['subplans', 'SELECT * FROM users WHERE company_id IN (SELECT id FROM companies ORDER BY born LIMIT $1)'],
  ['insert-select-pull', 'INSERT INTO users (company_id, id) SELECT $1, id FROM users ORDER BY 2 LIMIT $2'],
])('%s is read off the plan of: %s', async (expected, sql) => {
  const [proof] = await prove(query(sql, expected));
  expect(proof).toMatchObject({ real: expected, outcome: 'as-predicted' });
  expect(proof?.values).toHaveLength(new Set(sql.match(/\$\d/g)).size);
});

test('what runs otherwise than expected is told with the reason for the one and the plan of the other', async () => {
  const [proof] = await prove(query('SELECT count(*) FROM users', 'router'));
  expect(proof).toMatchObject({ real: 'pushdown', outcome: 'other-class' });
  expect(proof?.why).toBe('expected: so it was said; but it runs as pushdown, in 4 tasks');
});

test("what Citus refuses and nobody foresaw is told in Citus' words", async () => {
  const sql = 'UPDATE companies SET id = $1 WHERE id = $2';
  const [unforeseen, foreseen] = await prove(
    query(sql, 'fast-path'),
    query(sql, 'unsupported', 'modifying the partition value of rows is not allowed'),
  );
  const message = 'modifying the partition value of rows is not allowed';
  expect(unforeseen).toMatchObject({ real: 'unsupported', outcome: 'refused', message });
  expect(foreseen).toMatchObject({ real: 'unsupported', outcome: 'as-predicted', message });
});

test('a class that hangs on whether two parameters are equal is told so', async () => {
  const sql = 'SELECT * FROM companies c, users u WHERE c.id = $1 AND u.company_id = $2';
  const [proof] = await prove(query(sql, 'router'));
  expect(proof).toMatchObject({ real: 'router', outcome: 'as-predicted' });
  expect(proof?.why).toMatch(/^with equal values for \$1 and \$2; with different ones Citus refuses it \(/);
  expect(new Set(proof?.values).size).toBe(1);
});

test('a statement that is wrong on this database is neither right nor wrong, and the rest goes on', async () => {
  const proofs = await prove(
    query('SELECT * FROM nowhere WHERE id = $1', 'fast-path'),
    query('SELECT $1 + $2 FROM users', 'pushdown'),
    query('SELECT * FROM countries', 'fast-path'),
  );
  expect(proofs.map(({ outcome }) => outcome)).toEqual(['not-tried', 'not-tried', 'as-predicted']);
  expect(proofs[0]?.message).toBe('relation "nowhere" does not exist');
});

test('no statement is run', async () => {
  await prove(
    query('INSERT INTO countries VALUES ($1)', 'router'),
    query('DELETE FROM companies', 'pushdown'),
  );
  await using coordinator = await database.connect();
  await coordinator.query("INSERT INTO companies VALUES (1, 'ok', '2000-01-01')");
  const [proof] = await prove(query('DELETE FROM companies WHERE id = $1', 'fast-path'));
  expect(proof?.outcome).toBe('as-predicted');
  expect(
    await coordinator.query(
      'SELECT (SELECT count(*) FROM companies)::int AS c, (SELECT count(*) FROM countries)::int AS n',
    ),
  ).toEqual([{ c: 1, n: 0 }]);
});
