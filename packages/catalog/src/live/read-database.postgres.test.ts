import {
  DatabaseError,
  InterruptedError,
  quietContext,
  quoteIdentifier,
  UsageError,
} from '@shardwright/core';
import { type Connection, inSnapshot } from '@shardwright/postgres';
import { parseStatements } from '@shardwright/sql';
import { testDatabase } from '@shardwright/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog, Table } from '../index.ts';
import { everything, everythingSince15 } from './everything.test-support.ts';
import { readCatalog, readDatabase } from './read-database.ts';

const database = testDatabase();
let version = 0;
let catalog: Catalog;

async function serverVersion(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  return row?.version ?? 0;
}

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query(everything);
  version = await serverVersion(connection);
  if (version >= 150_000) await connection.query(everythingSince15);
  catalog = await readDatabase(database.url, {}, quietContext());
});

function table(name: string, schema = 'shop'): Table {
  const found = catalog.tables.find((one) => one.schema === schema && one.name === name);
  if (!found) throw new Error(`no table ${schema}.${name}`);
  return found;
}

describe('the catalog', () => {
  test('tells its origin without secrets', () => {
    expect(catalog.origin).toMatchObject({ kind: 'database', defaultSchema: 'public' });
    expect(catalog.origin.serverVersion).toMatch(/^\d+(\.\d+)?$/);
    expect(catalog.origin.label).toContain(`/${database.name}`);
    expect(catalog.origin).not.toHaveProperty('citusVersion');
    expect(JSON.stringify(catalog)).not.toContain('secret');
    expect(catalog.problems).toEqual([]);
  });

  test('holds columns with types, defaults, identity and generation', () => {
    const companies = table('companies');
    expect(companies).toMatchObject({ kind: 'ordinary', rowSecurity: 'forced', replicaIdentity: 'full' });
    expect(companies.columns).toEqual([
      expect.objectContaining({
        name: 'id',
        notNull: true,
        identity: 'always',
        sequence: { schema: 'shop', name: 'companies_id_seq' },
      }),
      expect.objectContaining({ name: 'name', collation: { schema: 'shop', name: 'numeric_order' } }),
      {
        name: 'Odd "name"',
        type: { schema: 'shop', name: 'mood', modifiers: [], arrayDimensions: 0, sql: 'shop.mood' },
        notNull: false,
        default: "'good'::shop.mood",
      },
      expect.objectContaining({ name: 'prices', type: expect.objectContaining({ name: 'amount' }) }),
      expect.objectContaining({
        type: expect.objectContaining({ name: 'varchar', modifiers: ['20'], sql: 'character varying(20)[]' }),
      }),
      expect.objectContaining({
        type: expect.objectContaining({ name: 'interval', modifiers: ['day to second', '3'] }),
      }),
      expect.objectContaining({ generated: { kind: 'stored', expression: '(length(name) * 2)' } }),
    ]);
    expect(table('scratch')).toMatchObject({
      persistence: 'unlogged',
      options: ['fillfactor=70', 'toast.autovacuum_enabled=false'],
      columns: [{ name: 'id', sequence: { schema: 'shop', name: 'scratch_id_seq' } }, { name: 'note' }],
    });
    expect(table('remote')).toMatchObject({ kind: 'foreign' });
  });

  test('holds partitions and inheritance', () => {
    expect(table('orders')).toMatchObject({
      kind: 'partitioned',
      partitionKey: { strategy: 'range', keys: [{ column: 'day' }, { expression: 'company_id + 1' }] },
    });
    expect(table('orders_2024').partitionOf).toEqual({
      parent: { schema: 'shop', name: 'orders' },
      bound: "FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MINVALUE)",
    });
    expect(table('orders_rest').partitionOf?.bound).toBe('DEFAULT');
    expect(table('managers').inherits).toEqual([{ schema: 'shop', name: 'people' }]);
    // Both the parent's foreign key and the partition's own.
    const keys = table('orders_2024').constraints.filter(({ kind }) => kind === 'foreign-key');
    expect(keys).toMatchObject([{ references: { name: 'companies' } }]);
  });

  test('holds all kinds of constraints and indexes', () => {
    const named = table('companies').constraints.filter(({ kind }) => kind === 'not-null');
    expect(named).toMatchObject(version >= 180_000 ? [{ name: 'lasting', column: 'lapse' }] : []);
    expect(table('companies').constraints.filter(({ kind }) => kind !== 'not-null')).toEqual([
      expect.objectContaining({
        kind: 'unique',
        columns: ['name'],
        include: ['tags'],
        deferrable: 'deferred',
      }),
      expect.objectContaining({ kind: 'primary-key', columns: ['id'], include: [] }),
      expect.objectContaining({ kind: 'check', expression: '(id > 0)', noInherit: true, notValid: false }),
    ]);
    expect(table('rooms').constraints).toEqual([
      expect.objectContaining({ kind: 'check', name: 'late', notValid: true }),
      expect.objectContaining({
        kind: 'exclusion',
        method: 'gist',
        elements: [{ column: 'during', operator: '&&' }],
        predicate: '(room > 0)',
      }),
    ]);
    expect(table('people').constraints).toContainEqual(
      expect.objectContaining({
        kind: 'foreign-key',
        match: 'full',
        onDelete: 'set-null',
        onUpdate: 'no-action',
        deferrable: 'immediate',
        referencedColumns: ['id'],
      }),
    );
    expect(table('orders').constraints).toContainEqual(
      expect.objectContaining({ kind: 'foreign-key', onDelete: 'cascade', onUpdate: 'restrict' }),
    );
    expect(table('companies').indexes).toContainEqual(
      expect.objectContaining({
        name: 'lower_name',
        unique: true,
        keys: [
          { expression: expect.stringContaining('lower('), operatorClass: 'text_pattern_ops' },
          { column: 'name', collation: 'C' },
          { column: 'id' },
        ],
        include: ['tags'],
      }),
    );
    expect(table('companies').indexes).toContainEqual(
      expect.objectContaining({ constraint: 'companies_pkey' }),
    );
  });

  test('holds what PostgreSQL 15 brought', (ctx) => {
    if (version < 150_000) return ctx.skip('the server is older than 15');
    expect(table('tenants', 'modern').constraints).toMatchObject([
      { kind: 'unique', nullsNotDistinct: true },
    ]);
    expect(table('tenants', 'modern').indexes).toMatchObject([{ nullsNotDistinct: true }]);
    expect(table('children', 'modern').constraints).toMatchObject([
      { onDelete: 'set-null', onDeleteColumns: ['region'] },
    ]);
    const publications = new Map(catalog.publications.map((publication) => [publication.name, publication]));
    expect(publications.get('narrow')?.definition.sql).toBe(
      'CREATE PUBLICATION narrow FOR TABLE modern.children (id, region) WHERE ((id > 3))',
    );
    expect(publications.get('whole')?.definition.sql).toBe(
      'CREATE PUBLICATION whole FOR TABLE modern.tenants, TABLES IN SCHEMA shop',
    );
    expect(publications.get('whole')?.tables).toContainEqual({ schema: 'shop', name: 'people' });
  });

  test('holds sequences with their owners and positions', () => {
    const byName = new Map(catalog.sequences.map((sequence) => [sequence.name, sequence]));
    expect(byName.get('numbers')).toMatchObject({
      dataType: 'int2',
      start: '3',
      minValue: '-5',
      cache: '7',
      cycle: true,
      lastValue: expect.any(String),
    });
    expect(byName.get('numbers')).not.toHaveProperty('maxValue');
    expect(byName.get('companies_id_seq')).toMatchObject({
      start: '10',
      increment: '5',
      ownedBy: { table: { schema: 'shop', name: 'companies' }, column: 'id' },
    });
    expect(byName.get('companies_id_seq')).not.toHaveProperty('lastValue');
  });

  test('holds views, routines, triggers, rules, policies and types', () => {
    expect(catalog.views).toMatchObject([
      {
        name: 'counted',
        kind: 'materialized',
        indexes: [
          {
            name: 'counted_n',
            definition: { sql: 'CREATE UNIQUE INDEX counted_n ON shop.counted USING btree (n)' },
          },
        ],
        dependsOn: [{ name: 'named' }],
      },
      { name: 'named', kind: 'view', dependsOn: [{ name: 'companies' }, { name: 'orders' }] },
    ]);
    const routines = new Map(catalog.routines.map((routine) => [routine.name, routine]));
    expect(routines.get('twice')).toMatchObject({
      kind: 'function',
      argumentTypes: ['integer', 'text[]'],
      returns: 'TABLE(a integer, b text)',
      volatility: 'stable',
      language: 'sql',
    });
    expect(routines.get('act')).toMatchObject({ kind: 'procedure', argumentTypes: ['integer'] });
    expect(routines.get('sum_up')?.definition.sql).toBe(
      "CREATE AGGREGATE shop.sum_up(integer) (SFUNC = shop.add, STYPE = shop.pair, INITCOND = '(1,)')",
    );
    // A range type's constructors are not routines that people made.
    expect(routines.has('span')).toBe(false);
    expect(catalog.triggers).toMatchObject([
      { name: 'noted', timing: 'before', events: ['insert', 'update'], level: 'row', enabled: 'disabled' },
      { name: 'on_orders', timing: 'after', table: { name: 'orders' } },
      { name: 'checked', isConstraint: true, events: ['delete'], function: { name: 'note' } },
    ]);
    expect(catalog.rules).toMatchObject([{ name: 'quiet', event: 'delete', instead: true }]);
    expect(catalog.policies).toMatchObject([
      { name: 'made', command: 'insert', permissive: true, roles: ['public'], hasSubquery: false },
      { name: 'seen', command: 'select', permissive: false, hasSubquery: true },
    ]);
    expect(catalog.types).toMatchObject([
      { name: 'amount', kind: 'domain', notNull: true, checks: ['(VALUE >= (0)::numeric)'] },
      { name: 'mood', kind: 'enum', labels: ['good', "it's bad"] },
      {
        name: 'pair',
        kind: 'composite',
        attributes: [{ name: 'a' }, { name: 'b', type: { arrayDimensions: 1 } }],
      },
      { name: 'shell', kind: 'shell' },
      { name: 'span', kind: 'range', subtype: { name: 'float8' } },
    ]);
  });

  test('holds comments and grants', () => {
    expect(catalog.comments.map(({ objectKind, object, text }) => [objectKind, object, text])).toEqual([
      ['column', 'shop.companies.name', 'a\\b'],
      ['constraint', 'positive ON shop.companies', 'c'],
      ['function', 'shop.twice(integer, text[])', 'f'],
      ['index', 'shop.lower_name', 'i'],
      ['schema', 'shop', 's'],
      ['table', 'shop.companies', "It's them"],
      ['trigger', 'noted ON shop.companies', 't'],
      ['type', 'shop.mood', 'm'],
    ]);
    expect(catalog.grants.map(({ definition }) => definition.sql)).toEqual([
      'REVOKE ALL ON FUNCTION shop.twice(x integer, VARIADIC rest text[]) FROM PUBLIC',
      'GRANT ALL ON SEQUENCE shop.numbers TO PUBLIC',
      'GRANT UPDATE (state) ON TABLE shop.orders TO PUBLIC',
      'GRANT INSERT, SELECT ON TABLE shop.orders TO PUBLIC',
      'ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC',
    ]);
  });

  test('keeps other objects as statements', () => {
    const kept = catalog.verbatim.map(({ node, subject }) => (subject ? `${node} ${subject.name}` : node));
    expect(kept.sort()).toEqual([
      'AlterTSConfigurationStmt plain',
      'CreateAmStmt',
      'CreateCastStmt',
      'CreateEventTrigStmt',
      'CreateFdwStmt',
      'CreateForeignServerStmt',
      'CreateOpClassStmt int_ops',
      'CreateStatsStmt related',
      'CreateUserMappingStmt',
      'DefineStmt +',
      'DefineStmt numeric_order',
      'DefineStmt plain',
      'DefineStmt words',
    ]);
  });

  test('defines everything by statements that PostgreSQL parses, of the node that is told', () => {
    const { tables, sequences, views, routines, triggers, rules, policies, types, publications } = catalog;
    const parts = tables.flatMap(({ constraints, indexes }) => [...constraints, ...indexes]);
    const defined = [
      ...[tables, sequences, views, routines, triggers, rules, policies, types, publications, parts].flat(),
      ...[catalog.schemas, catalog.extensions, catalog.comments, catalog.grants, catalog.verbatim].flat(),
    ];
    const refused = defined.flatMap(({ definition: { sql } }) => {
      const parsed = parseStatements(sql);
      return parsed.ok && parsed.statements.length === 1 ? [] : [`${sql}: ${JSON.stringify(parsed)}`];
    });
    expect(refused).toEqual([]);
    for (const { node, definition } of catalog.verbatim) {
      const parsed = parseStatements(definition.sql);
      expect(parsed.ok && Object.keys(parsed.statements[0]?.tree ?? {})).toEqual([node]);
    }
  });
});

describe('manners on a server that others use', () => {
  test('no lock is stronger than AccessShare', async () => {
    await using connection = await database.connect();
    const held = await inSnapshot(
      connection,
      { statementTimeoutMs: 60_000, lockTimeoutMs: 5_000 },
      async () => {
        await readCatalog(connection, {}, quietContext());
        return connection.query<{ mode: string; locktype: string }>(
          `SELECT DISTINCT mode, locktype FROM pg_locks
         WHERE pid = pg_backend_pid() AND locktype <> 'virtualxid'`,
        );
      },
    );
    expect(held).toEqual([{ mode: 'AccessShareLock', locktype: 'relation' }]);
  });

  test('locks that only AccessShare gets past do not stop it', async () => {
    await using other = await database.connect();
    await other.query('BEGIN');
    const tables = catalog.tables.filter(({ kind }) => kind !== 'foreign');
    await other.query(
      `LOCK TABLE ${tables.map(({ schema, name }) => `${schema}.${quoteIdentifier(name)}`).join(', ')} IN EXCLUSIVE MODE`,
    );
    const again = await readDatabase(database.url, {}, quietContext());
    expect(again.tables.map(({ definition }) => definition)).toEqual(
      catalog.tables.map(({ definition }) => definition),
    );
    await other.query('ROLLBACK');
  });

  test('a table under ALTER TABLE is not waited for: the failure says who blocks', async () => {
    await using other = await database.connect();
    await other.query('BEGIN; LOCK TABLE shop.people IN ACCESS EXCLUSIVE MODE');
    await using connection = await database.connect();
    const reading = inSnapshot(connection, { statementTimeoutMs: 60_000, lockTimeoutMs: 100 }, () =>
      readCatalog(connection, {}, quietContext()),
    );
    const error = await reading.catch((thrown: unknown) => thrown);
    await other.query('ROLLBACK');
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ hint: expect.stringContaining('pg_blocking_pids') });
  });

  test('a role without privileges gets the catalog and is told what it may not see', async () => {
    await using connection = await database.connect();
    const role = `reader_${database.name}`;
    await connection.query(`CREATE ROLE ${role} LOGIN`);
    const url = new URL(database.url);
    url.username = role;
    const read = await readDatabase(url.href, {}, quietContext());
    await connection.query(`DROP ROLE ${role}`);
    expect(read.tables.map(({ name }) => name)).toEqual(catalog.tables.map(({ name }) => name));
    expect(read.views.map(({ query }) => query)).toEqual(catalog.views.map(({ query }) => query));
    expect(read.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^column statistics of \d+ tables are hidden/),
      expect.stringMatching(/^the positions of \d+ sequences could not be read/),
    ]);
  });

  test('a statement that takes too long ends with what to do', async () => {
    const reading = readDatabase(database.url, { statementTimeoutMs: 1 }, quietContext());
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ hint: expect.stringContaining('--statement-timeout') });
  });

  test('a cancelled reading stops', async () => {
    const reading = readDatabase(database.url, {}, quietContext({ signal: AbortSignal.abort() }));
    await expect(reading).rejects.toThrow(InterruptedError);
    const late = new AbortController();
    const emit = () => late.abort();
    const stopped = readDatabase(database.url, {}, quietContext({ signal: late.signal, emit }));
    await expect(stopped).rejects.toThrow(InterruptedError);
  });
});

describe('schemas', () => {
  test('only those asked for are read', async () => {
    const read = await readDatabase(database.url, { schemas: ['public'] }, quietContext());
    expect(read.schemas.map(({ name }) => name)).toEqual(['public']);
    const { tables, sequences, views, routines, triggers, policies, rules, types, comments, grants } = read;
    expect(
      [tables, sequences, views, routines, triggers, policies, rules, types, comments, grants].flat(),
    ).toEqual([]);
  });

  test('one that is not there is a usage error', async () => {
    const reading = readDatabase(database.url, { schemas: ['shop', 'shopp'] }, quietContext());
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(/has no schema "shopp"/);
  });
});
