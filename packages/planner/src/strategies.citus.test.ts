import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnalyzeOptions, analyze } from '@shardwright/analyzer';
import { readDatabase, readDump } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan, Strategy } from './model/plan.ts';
import { plan } from './plan.ts';

const longNames = [
  'visits_of_the_first_half_of_the_year_two_thousand_twenty_six',
  'orders_that_were_cancelled_and_whose_name_leaves_shards_no_room',
] as const;

const dump = `
CREATE TABLE public.tenants (id bigint PRIMARY KEY, name text);
CREATE TABLE public.orders (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES public.tenants);
CREATE TABLE public.events (tenant_id bigint NOT NULL REFERENCES public.tenants, at date NOT NULL, what text,
  PRIMARY KEY (tenant_id, at)) PARTITION BY RANGE (at);
CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE public.visits (tenant_id bigint NOT NULL REFERENCES public.tenants, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE public.${longNames[0]}
  PARTITION OF public.visits FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE public.${longNames[1]} (
  tenant_id bigint NOT NULL REFERENCES public.tenants);
CREATE TABLE public.currencies (code text PRIMARY KEY);
CREATE TABLE public.settings (name text PRIMARY KEY, value text);
CREATE TABLE public.readings (id integer PRIMARY KEY, value double precision);
CREATE TABLE public.names (name text PRIMARY KEY);
CREATE TABLE public.jobs (id bigint PRIMARY KEY);
CREATE TABLE public.job_runs (id bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES public.jobs);
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigserial PRIMARY KEY);
CREATE TABLE billing.lines (invoice_id bigint NOT NULL REFERENCES billing.invoices, line int, PRIMARY KEY (invoice_id, line));
ALTER TABLE public.orders REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX job_runs_key ON public.job_runs (id, job_id);
ALTER TABLE public.job_runs REPLICA IDENTITY USING INDEX job_runs_key;
COPY public.readings (id, value) FROM stdin;
${Array.from({ length: 100 }, (_, id) => `${id * 10}\t0.5`).join('\n')}
\\.
`;

const options: AnalyzeOptions = {
  shards: 4,
  distribute: [
    { table: 'tenants', column: 'id' },
    { table: 'orders', column: 'tenant_id' },
    { table: 'events', column: 'tenant_id' },
    { table: 'visits', column: 'tenant_id' },
    { table: longNames[1], column: 'tenant_id' },
  ],
  range: [
    { table: 'readings', column: 'id' },
    { table: 'names', column: 'name' },
  ],
  reference: ['currencies'],
  local: ['settings'],
  singleShard: ['jobs', 'job_runs', 'billing.*'],
};

const database = citusDatabase();
let connection: Connection;
let made: Plan;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strategies-'));
  const file = join(directory, 'dump.sql');
  await writeFile(file, dump);
  const catalog = await readDump(file, {}, quietContext());
  made = plan(catalog, await analyze({ catalog, options }));
  connection = await database.connect();
  for (const sql of made.session) await connection.query(sql);
  for (const sql of made.steps.flatMap(({ apply }) => apply)) await connection.query(sql);
});

afterAll(async () => {
  await connection?.end();
  await rm(directory, { recursive: true, force: true });
});

interface Found {
  readonly name: string;
  readonly kind: string;
  readonly method: string;
  readonly column: string;
  readonly colocation: number;
  readonly shards: number;
}

async function found(name: string): Promise<Found | undefined> {
  const [row] = await connection.query<Found>(
    `SELECT t.table_name::text AS name, citus_table_type AS kind, partmethod AS method, distribution_column AS column,
       t.colocation_id AS colocation, t.shard_count::int AS shards
     FROM citus_tables t JOIN pg_dist_partition ON logicalrelid = t.table_name WHERE t.table_name = $1::regclass`,
    [name],
  );
  return row;
}

describe.each<[string, Strategy, Partial<Found> | undefined]>([
  ['tenants', 'hash', { kind: 'distributed', method: 'h', column: 'id', shards: 4 }],
  ['orders', 'hash', { kind: 'distributed', method: 'h', column: 'tenant_id', shards: 4 }],
  ['events', 'time-partitioned', { kind: 'distributed', method: 'h', column: 'tenant_id', shards: 4 }],
  ['events_2025', 'time-partitioned', { kind: 'distributed', method: 'h', column: 'tenant_id', shards: 4 }],
  [longNames[0], 'time-partitioned', { kind: 'distributed', method: 'h', shards: 4 }],
  [longNames[1], 'hash', { kind: 'distributed', method: 'h', shards: 4 }],
  ['currencies', 'reference', { kind: 'reference', method: 'n' }],
  ['settings', 'local', undefined],
  ['readings', 'range', { kind: 'distributed', method: 'r', column: 'id', shards: 4 }],
  ['jobs', 'single-shard', { kind: 'distributed', method: 'n', column: '<none>', shards: 1 }],
  ['job_runs', 'single-shard', { kind: 'distributed', method: 'n', column: '<none>', shards: 1 }],
  ['billing.invoices', 'schema', { kind: 'schema', method: 'n', shards: 1 }],
  ['billing.lines', 'schema', { kind: 'schema', method: 'n', shards: 1 }],
])('%s, that was asked to be %s,', (name, strategy, expected) => {
  test('is planned and placed so', async () => {
    const table = made.tables.find((one) => [one.name, `${one.schema}.${one.name}`].includes(name));
    expect(table?.strategy).toBe(strategy);
    if (expected === undefined) expect(await found(name)).toBeUndefined();
    else expect(await found(name)).toMatchObject(expected);
  });
});

test('tables of a group lie together, and the plan says who leads it with how many shards', async () => {
  const together = async (...names: readonly string[]): Promise<number> => {
    const places = new Set<number | undefined>();
    for (const name of names) places.add((await found(name))?.colocation);
    return places.size;
  };
  expect(await together('tenants', 'orders', 'events', 'events_2026')).toBe(1);
  expect(await together('jobs', 'job_runs')).toBe(1);
  expect(await together('billing.invoices', 'billing.lines')).toBe(1);
  expect(await together('tenants', 'jobs', 'billing.lines')).toBe(3);
  expect(made.colocationGroups.map(({ shardCount, leader }) => [leader.name, shardCount])).toEqual([
    ['tenants', 4],
    ['names', 4],
    ['jobs', 1],
    ['invoices', 1],
  ]);
});

test('ranges hold like many of the rows that were seen, and every value has one', async () => {
  const values = [-2147483648, ...Array.from({ length: 100 }, (_, id) => id * 10), 2147483647];
  await connection.query('INSERT INTO readings SELECT unnest($1::int[]), 1', [values]);
  const sizes = await connection.query<{ rows: string }>(
    `SELECT result AS rows FROM run_command_on_shards('readings', 'SELECT count(*) FROM %s') ORDER BY shardid`,
  );
  expect(sizes.map(({ rows }) => Number(rows))).toEqual([26, 25, 25, 26]);
});

test('what cannot be cut into ranges is distributed by hash, and the plan says why', async () => {
  expect(await found('names')).toMatchObject({ method: 'h', column: 'name' });
  expect(made.leftOut).toContainEqual({
    object: 'distribution by range of names',
    why: expect.stringContaining('ranges over text'),
    instead: 'It is distributed by the hash of name.',
  });
});

test('replica identities come along', async () => {
  const rows = await connection.query(
    `SELECT relname AS name, relreplident::text AS identity FROM pg_class
     WHERE relname IN ('orders', 'job_runs', 'tenants') ORDER BY 1`,
  );
  expect(rows).toEqual([
    { name: 'job_runs', identity: 'i' },
    { name: 'orders', identity: 'f' },
    { name: 'tenants', identity: 'd' },
  ]);
});

test('a table that is made later in a schema of its own node goes there by itself', async () => {
  await connection.query('CREATE TABLE billing.notes (id int)');
  expect(await found('billing.notes')).toMatchObject({ kind: 'schema' });
  await connection.query('DROP TABLE billing.notes');
});

test('all of it is taken back', async () => {
  for (const sql of [...made.steps].reverse().flatMap(({ undo }) => undo)) await connection.query(sql);
  const left = await readDatabase(database.url, {}, quietContext());
  expect([left.tables, left.sequences].flat()).toEqual([]);
  expect(left.schemas.map(({ name }) => name)).toEqual(['public']);
  expect(await connection.query('SELECT FROM citus_schemas')).toEqual([]);
});
