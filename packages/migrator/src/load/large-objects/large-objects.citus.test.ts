import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRollback } from '../../rollback/open-rollback.ts';
import { planFor } from '../../run/migration.test-support.ts';
import type { Moment } from '../../run/moments.ts';
import { type RunOptions, runWatched } from '../../run/run-migration.ts';
import { readStatus } from '../../status/read-status.ts';
import { takeBackLargeObjects } from './take-back-large-objects.ts';

const source = testDatabase();
const target = citusDatabase();
const role = `reader ${source.name}`;
let plan: Plan;

beforeAll(async () => {
  await using connection = await connect(source.url);
  await connection.query(`CREATE ROLE "${role}"`);
  // Of none, few and many bytes, at the limits of what is read at a time, with a hole, and such as seem to be text.
  await connection.query(
    `SELECT lo_from_bytea(0, '');
     SELECT lo_from_bytea(0, repeat('x', 65536)::bytea);
     SELECT lo_from_bytea(0, repeat('y', 65536 + 1048576)::bytea);
     SELECT lo_from_bytea(0, string_agg(sha256(n::text::bytea), '')) FROM generate_series(1, 100000) n;
     SELECT lo_put(lo_from_bytea(0, 'a'), 5000, '\\x00ff');
     SELECT lo_from_bytea(0, n::text::bytea) FROM generate_series(1, 150) n`,
  );
  const [first] = await oids(connection);
  await connection.query(
    `ALTER LARGE OBJECT ${first} OWNER TO "${role}"; GRANT SELECT ON LARGE OBJECT ${first} TO PUBLIC;
     REVOKE UPDATE ON LARGE OBJECT ${first} FROM "${role}"; COMMENT ON LARGE OBJECT ${first} IS 'it''s empty'`,
  );
  plan = await planFor(
    source.url,
    `CREATE TABLE files (id bigint PRIMARY KEY, content oid);
     INSERT INTO files SELECT row_number() OVER (), oid FROM pg_largeobject_metadata`,
    { distribute: { files: 'id' } },
  );
});

afterAll(async () => {
  await using connection = await connect(target.url);
  await connection.query(`DROP OWNED BY "${role}"`);
  await using last = await connect(source.url);
  await last.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
});

async function oids(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.query<{ oid: string }>(
    'SELECT oid::text AS oid FROM pg_largeobject_metadata ORDER BY oid',
  );
  return rows.map(({ oid }) => oid);
}

/** Every large object, whole, with all that belongs to it. */
async function objectsOf(url: string): Promise<readonly object[]> {
  await using connection = await connect(url);
  return await connection.query(
    `SELECT oid, md5(lo_get(oid)), length(lo_get(oid)), lomowner::regrole::text,
            (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(lomacl) acl), obj_description(oid, 'pg_largeobject')
     FROM pg_largeobject_metadata ORDER BY oid`,
  );
}

async function inSource(sql: string): Promise<void> {
  await using connection = await connect(source.url);
  await connection.query(sql);
}

async function run(more: Partial<RunOptions> = {}, endsAt?: Moment) {
  let passed = 0;
  return await runWatched(
    plan,
    { source: source.url, target: target.url, jobs: 1, ...more },
    quietContext(),
    async (moment, detail) => {
      // Of three batches, in the second.
      if (moment === endsAt && detail.startsWith('large objects') && ++passed === 2)
        throw new Error('enough');
    },
  );
}

test('numbers that the target has given to large objects of its own are refused before anything is carried', async () => {
  await using connection = await connect(source.url);
  const [, taken = ''] = await oids(connection);
  await using there = await connect(target.url);
  await there.query("SELECT lo_from_bytea($1::oid, 'mine')", [taken]);
  await expect(run()).rejects.toThrow(new RegExp(`large objects of its own .*: ${taken}$`));
  await there.query('SELECT lo_unlink($1::oid)', [taken]);
});

test.each(['chunk: before COMMIT', 'chunk: after COMMIT'] as const)(
  'a run that ends at “%s” leaves whole batches',
  async (moment) => {
    await expect(run({}, moment)).rejects.toThrow('enough');
    const objects = (await objectsOf(target.url)).length;
    expect(objects).toBe(moment.includes('before') ? 64 : 128);
    expect((await readStatus(target.url))?.largeObjects.objects).toBe(objects);
  },
);

test('the next run brings the rest, and anew what the source has changed since; then both sides hold the same', async () => {
  await using connection = await connect(source.url);
  const [first, second, third] = await oids(connection);
  await inSource(
    `SELECT lo_put(${second}, 3, 'other'); SELECT lo_unlink(${third}); ALTER LARGE OBJECT ${first} OWNER TO CURRENT_USER;
     SELECT lo_from_bytea(0, 'new')`,
  );
  const result = await run();
  const expected = await objectsOf(source.url);
  expect(expected).toHaveLength(155);
  expect(await objectsOf(target.url)).toEqual(expected);
  expect(result.largeObjects.objects).toBe(155);
  expect((await run()).largeObjects).toEqual(result.largeObjects);
});

test('what is taken back is what was carried, and nothing else', async () => {
  await using connection = await connect(target.url);
  const [carried = ''] = await oids(connection);
  await connection.query('SELECT lo_unlink($1::oid)', [carried]);
  await connection.query("SELECT lo_from_bytea(4000000000, 'somebody else''s')");
  await expect(takeBackLargeObjects(connection, '00000000-0000-0000-0000-000000000000')).rejects.toThrow(
    'another run',
  );
  await using rollback = await openRollback(target.url);
  await rollback?.run();
  expect(await oids(connection)).toEqual(['4000000000']);
  await connection.query('SELECT lo_unlink(4000000000)');
});
