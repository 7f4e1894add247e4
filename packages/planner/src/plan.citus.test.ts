import { type Analysis, analyze } from '@shardwright/analyzer';
import { type Catalog, CatalogBuilder, readDatabase, readDump } from '@shardwright/catalog';
import { nameKey, quietContext } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { citusDatabase, corpusFile, corpusMissing } from '@shardwright/testing';
import { describe, expect, test } from 'vitest';
import type { Plan, PlannedTable } from './model/plan.ts';
import { plan } from './plan.ts';

const schemas = [
  // Views inside CREATE SCHEMA, domains, types with capitals.
  { kind: 'dumps', name: 'adventureworks.sql' },
  // A grouping by a primary key, a materialised view, an operator of its own.
  { kind: 'dumps', name: 'danbooru.sql' },
  { kind: 'dumps', name: 'northwind.sql' },
  // Inheritance, rules, triggers, full-text search.
  { kind: 'dumps', name: 'sakila.sql' },
  // Triggers that touch their own row, and others; inferred relations; integer keys.
  { kind: 'dumps', name: 'travis.sql' },
  // An extension made by a DO block, generated columns.
  { kind: 'dumps', name: 'temporal_visibility.sql' },
  // Row security, functions over rows of tables, default privileges.
  { kind: 'migrated', name: 'basejump.sql' },
  { kind: 'migrated', name: 'openfga.sql' },
  { kind: 'bench', name: 'benchbase_tpcc.sql' },
  { kind: 'truth', name: 'citus_docs_adanalytics_before.sql' },
  // Schemas for tenants.
  { kind: 'truth', name: 'citus_docs_microservices.sql' },
  // Partitions of partitions.
  { kind: 'stress', name: 'yb_perf_opt.sql' },
] as const;

describe.each(schemas)('the plan of $kind/$name', ({ kind, name }) => {
  const database = citusDatabase();

  test('applies without one error, gives every table its place, and is undone without a trace', async (context) => {
    const file = corpusFile(kind, name);
    if (file === undefined) return context.skip(corpusMissing);
    const made = await planOf(file);
    await using connection = await database.connect();
    await connection.query('SET check_function_bodies = off');
    await connection.query('SET client_min_messages = error');
    expect(
      await run(
        connection,
        made.steps.flatMap((step) => step.apply.map(withFewShards)),
      ),
    ).toEqual([]);
    expect(await placesOf(connection)).toEqual(expectedPlaces(made));
    expect(
      await run(
        connection,
        [...made.steps].reverse().flatMap(({ undo }) => undo),
      ),
    ).toEqual([]);
    await connection.query('RESET ALL');
    const left = await readDatabase(database.url, {}, quietContext());
    const { tables, views, sequences, routines, types, rules, triggers, policies } = left;
    const objects = [tables, views, sequences, routines, types, rules, triggers, policies].flat();
    expect(objects).toEqual([]);
    expect(left.schemas.map((schema) => schema.name)).toEqual(['public']);
  });
});

test('without a corpus, a small schema is planned the same way', async () => {
  const made = planOfSql(`
    CREATE TABLE companies (id serial PRIMARY KEY, name text UNIQUE);
    CREATE TABLE users (id serial PRIMARY KEY, company_id int NOT NULL REFERENCES companies ON DELETE CASCADE, email text UNIQUE);
    CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text);
  `);
  const planned = await made;
  expect(planned.tables.map(({ name, kind }) => ({ name, kind }))).toHaveLength(3);
  expect(planned.steps.map(({ phase }) => phase)).toContain('distribute');
});

async function planOf(file: string): Promise<Plan> {
  const catalog = await readDump(file, {}, quietContext());
  return plan(catalog, await analyze({ catalog }));
}

async function planOfSql(sql: string): Promise<Plan> {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const statement of sql.split(';')) if (statement.trim()) builder.apply({ sql: statement, line: 1 });
  const catalog: Catalog = builder.finish();
  const analysis: Analysis = await analyze({ catalog });
  return plan(catalog, analysis);
}

/** What the plan does takes no longer with 48 shards, but making them does. */
function withFewShards(sql: string): string {
  return sql.replace(/shard_count => \d+/, 'shard_count => 2');
}

/** Runs statements, and returns those that fail with why. */
async function run(connection: Connection, statements: readonly string[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const sql of statements) {
    await connection.query(sql).catch((error: Error) => failures.push(`${error.message}\n${sql}`));
  }
  return failures;
}

async function placesOf(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.query<{ name: string; kind: string; key: string }>(
    `SELECT format('%I.%I', nspname, relname) AS name, citus_table_type AS kind, distribution_column AS key
     FROM citus_tables JOIN pg_class ON oid = table_name JOIN pg_namespace n ON n.oid = relnamespace
     WHERE citus_table_type <> 'local'`,
  );
  return rows
    .map(({ name, kind, key }) => (kind === 'distributed' ? `${name} by ${key}` : `${name} ${kind}`))
    .sort();
}

/** Partitions are not listed; Citus lists single-shard tables as distributed by nothing. */
function expectedPlaces({ tables }: Plan): readonly string[] {
  const place = (table: PlannedTable): string[] => {
    const name = nameKey(table);
    switch (table.strategy) {
      case 'hash':
      case 'time-partitioned':
      case 'range':
        return [`${name} by ${table.distributionColumn}`];
      case 'schema':
      case 'reference':
        return [`${name} ${table.strategy}`];
      case 'single-shard':
        return [`${name} by <none>`];
      case 'local':
        return [];
      default:
        return table.strategy satisfies never;
    }
  };
  return tables.flatMap(place).sort();
}
