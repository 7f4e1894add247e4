import { UsageError } from '@shardwright/core';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseUrl } from '../../database/database-url.ts';
import { newTraces, takeTraces } from './take-traces.ts';
import { requireEmptyTarget, targetObjects } from './target-objects.ts';

const database = citusDatabase();
let coordinator: Connection;

beforeAll(async () => {
  coordinator = await database.connect();
});
afterAll(() => coordinator.end());

async function onWorker(sql: string): Promise<void> {
  await using worker = await connect(databaseUrl(database.nodes[1]?.url ?? '', database.name));
  await worker.query(`SET citus.enable_ddl_propagation = off; SET citus.enable_metadata_sync = off; ${sql}`);
}

test('a database with Citus and nothing else is empty, whatever belongs to its extensions', async () => {
  expect(await targetObjects(coordinator)).toEqual([]);
  await expect(requireEmptyTarget(coordinator)).resolves.toBeUndefined();
});

test('a target that holds objects is refused with a list of them, each once', async () => {
  await coordinator.query(`
    CREATE SCHEMA billing;
    CREATE TYPE billing.state AS ENUM ('open', 'paid');
    CREATE TABLE public.invoices (id bigint PRIMARY KEY, state billing.state);
    SELECT create_distributed_table('public.invoices', 'id', shard_count := 4);
    CREATE VIEW open_invoices AS SELECT id FROM invoices WHERE state = 'open';
    CREATE FUNCTION public.twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
  `);
  expect(await targetObjects(coordinator)).toEqual([
    'function public.twice(integer)',
    'schema billing',
    'table public.invoices',
    'type billing.state',
    'view public.open_invoices',
  ]);
  const refusal = await requireEmptyTarget(coordinator).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal).toMatchObject({
    message: expect.stringMatching(/is not empty, and nothing was done: it holds .*table public\.invoices/),
    hint: expect.stringContaining('rollback.sql'),
  });
  await coordinator.query(`
    DROP VIEW open_invoices; DROP FUNCTION twice; DROP TABLE invoices; DROP TYPE billing.state; DROP SCHEMA billing;
  `);
  expect(await targetObjects(coordinator)).toEqual([]);
});

test('what is left on a worker alone is seen, and named with its place', async () => {
  const before = await takeTraces(coordinator);
  await onWorker('CREATE SEQUENCE public.forgotten');
  const left = newTraces(before, await takeTraces(coordinator));
  expect(left).toEqual([expect.stringMatching(/^sequence public\.forgotten on \S+:\d+$/)]);
  expect(await targetObjects(coordinator)).toEqual(left);
  await onWorker('DROP SEQUENCE public.forgotten');
});

test('privileges, owners and comments that are not as they were are told with both states', async () => {
  const before = await takeTraces(coordinator);
  await coordinator.query("COMMENT ON SCHEMA public IS 'ours'");
  await coordinator.query('REVOKE USAGE ON SCHEMA public FROM PUBLIC');
  const left = newTraces(before, await takeTraces(coordinator));
  expect(left).toContain('comment on schema public: ours, not standard public schema');
  expect(left).toContainEqual(expect.stringMatching(/^privileges on schema public: .*, not =U/));
  expect(newTraces(before, before)).toEqual([]);
});
