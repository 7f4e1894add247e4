import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../model/catalog.ts';
import { CatalogBuilder } from './catalog-builder.ts';

beforeAll(loadParser);

function build(...statements: readonly string[]): Catalog {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  let line = 1;
  for (const sql of statements) {
    builder.apply({ sql, line });
    line += sql.split('\n').length;
  }
  return builder.finish();
}

describe('lines', () => {
  test('a definition starts at its first word, behind comments', () => {
    const { tables } = build(
      '-- a table\n/* of /* nested */ words */\n\nCREATE TABLE a (id int);\n-- next\n  CREATE TABLE b (id int)',
    );
    expect(tables.map((table) => table.definition)).toEqual([
      { line: 4, sql: 'CREATE TABLE a (id int)' },
      { line: 6, sql: 'CREATE TABLE b (id int)' },
    ]);
  });

  test('a syntax error is told in the words of PostgreSQL, at the line of the offending word', () => {
    const { problems } = build('CREATE TABLE a (\n  é text,\n  id int nonsense here\n)');
    expect(problems).toMatchObject([
      { kind: 'syntax', message: 'syntax error at or near "nonsense"', definition: { line: 3 } },
    ]);
  });

  test('one broken statement among several does not lose the others', () => {
    const { tables, problems } = build(
      "CREATE TABLE a (x text DEFAULT ';');\nCREATE TABL b (id int);\nCREATE TABLE c (id int);",
    );
    expect(tables.map((table) => table.name)).toEqual(['a', 'c']);
    expect(problems.map((problem) => [problem.kind, problem.definition.line])).toEqual([['syntax', 2]]);
  });

  test('a text that even the lexer refuses is one problem', () => {
    const { problems } = build("CREATE TABLE a (x text DEFAULT 'open);\nCREATE TABLE b (id int);");
    expect(problems).toMatchObject([{ kind: 'syntax', definition: { line: 1 } }]);
  });
});

describe('what cannot be applied', () => {
  test.each([
    ['ALTER TABLE a.b ADD COLUMN c int', 'unknown-object', 'relation "a.b" does not exist'],
    ['CREATE INDEX i ON t (nope)', 'unknown-object', 'column "nope" of relation "t" does not exist'],
    ['CREATE TABLE t (id int)', 'duplicate-object', 'relation "t" already exists'],
    ['ALTER TABLE t ADD PRIMARY KEY (id)', 'refused', 'multiple primary keys for table "t" are not allowed'],
    [
      'CREATE TABLE u (g geometry)',
      'unknown-object',
      'type "public.geometry" does not exist; the columns that use it are kept',
    ],
    ['CREATE TABLE app.u (id int)', 'unknown-object', 'schema "app" does not exist; taken as existing'],
    ['COPY nope FROM stdin', 'unknown-object', 'relation "nope" does not exist'],
    ['INSERT INTO nope VALUES (1)', 'unknown-object', 'relation "nope" does not exist'],
    ["COMMENT ON TABLE nope IS 'x'", 'unknown-object', 'relation "nope" does not exist'],
  ])('%s is a problem with a reason', (sql, kind, message) => {
    const { problems } = build('CREATE TABLE t (id int PRIMARY KEY)', sql);
    expect(problems).toMatchObject([{ kind, message, definition: { line: 2, sql } }]);
  });

  test('a table of a schema or type that is missing from the dump is kept', () => {
    const { tables } = build('CREATE TABLE app.u (id int, g geometry(Point,4326))');
    expect(tables[0]).toMatchObject({ schema: 'app', name: 'u' });
    expect(tables[0]?.columns[1]?.type).toMatchObject({ name: 'geometry', modifiers: ['Point', '4326'] });
  });

  test('types of a declared extension are known, those of an unknown one are not doubted', () => {
    const known = build('CREATE EXTENSION citext', 'CREATE TABLE t (a citext)');
    expect(known.problems).toEqual([]);
    expect(known.types).toEqual([]);
    expect(build('CREATE EXTENSION exotic', 'CREATE TABLE t (a exotic_type)').problems).toEqual([]);
  });
});

test('functions that a DO block makes are there, the first where branches make the same one', () => {
  const { routines, verbatim, problems } = build(
    'CREATE SCHEMA app',
    `DO $do$ BEGIN
      IF version() > '' THEN
        CREATE FUNCTION app.me() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql STABLE;
      ELSE
        EXECUTE 'CREATE FUNCTION built() …';
        CREATE FUNCTION app.me() RETURNS int AS $$ SELECT 2; $$ LANGUAGE sql;
      END IF;
    END $do$`,
  );
  expect(routines).toMatchObject([
    {
      name: 'me',
      volatility: 'stable',
      definition: { line: 2, sql: expect.stringContaining('SELECT 1; $$') },
    },
  ]);
  expect(verbatim).toMatchObject([{ node: 'DoStmt' }]);
  expect(problems).toEqual([]);
});

describe('what is kept verbatim', () => {
  test.each([
    ["SET lock_timeout = '1s'", 'session', 'VariableSetStmt'],
    ['COMMIT', 'session', 'TransactionStmt'],
    ['INSERT INTO t VALUES (1)', 'data', 'InsertStmt'],
    ["SELECT create_distributed_table('t', 'id')", 'data', 'SelectStmt'],
    ['DO $$ BEGIN END $$', 'object', 'DoStmt'],
    ['CREATE CAST (text AS int) WITH INOUT', 'object', 'CreateCastStmt'],
    ['DROP CAST (text AS int)', 'object', 'DropStmt'],
    ['ALTER TABLE t ALTER COLUMN id SET STATISTICS 500', 'object', 'AlterTableStmt'],
    ['ALTER TABLE t CLUSTER ON t_pkey', 'object', 'AlterTableStmt'],
    ['CREATE STATISTICS s ON id, v FROM t', 'object', 'CreateStatsStmt'],
    ['CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)', 'object', 'DefineStmt'],
    ['ALTER VIEW v OWNER TO joe', 'object', 'AlterTableStmt'],
  ])('%s', (sql, kind, node) => {
    const catalog = build(
      'CREATE TABLE t (id int PRIMARY KEY, v int)',
      'CREATE VIEW v AS SELECT id FROM t',
      sql,
    );
    expect(catalog.problems).toEqual([]);
    expect(catalog.verbatim).toMatchObject([{ kind, node, definition: { line: 3, sql } }]);
  });

  test('psql commands, of which \\connect forgets the search path', () => {
    const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
    builder.apply({ sql: "SET search_path = ''", line: 1 });
    builder.applyPsql({ text: '\\connect other', line: 2 });
    builder.apply({ sql: 'CREATE TABLE t (id int)', line: 3 });
    const catalog = builder.finish();
    expect(catalog.tables.map((table) => table.schema)).toEqual(['public']);
    expect(catalog.verbatim[1]).toMatchObject({ kind: 'psql', node: '\\connect', definition: { line: 2 } });
  });
});

describe('details the server comparison does not see', () => {
  test('a foreign key that names no columns means the primary key', () => {
    const { tables } = build(
      'CREATE TABLE a (x int, y int, PRIMARY KEY (y, x))',
      'CREATE TABLE b (p int, q int, FOREIGN KEY (p, q) REFERENCES a)',
    );
    expect(tables[1]?.constraints[0]).toMatchObject({
      referencedColumns: ['y', 'x'],
      references: { schema: 'public', name: 'a' },
    });
  });

  test('renames reach defaults, sequences, foreign keys, checks and comments', () => {
    const { tables, sequences, comments } = build(
      'CREATE TABLE a (id serial PRIMARY KEY, n int CHECK (n > 0))',
      'CREATE TABLE b (a int REFERENCES a)',
      "COMMENT ON COLUMN a.n IS 'count'",
      'ALTER TABLE a RENAME TO z',
      'ALTER TABLE z RENAME n TO m',
      'ALTER TABLE z RENAME id TO key',
      'ALTER SEQUENCE a_id_seq RENAME TO z_seq',
    );
    const [z, b] = [tables.find((table) => table.name === 'z'), tables.find((table) => table.name === 'b')];
    expect(z?.columns[0]).toMatchObject({
      name: 'key',
      default: "nextval('public.z_seq'::regclass)",
      sequence: { name: 'z_seq' },
    });
    expect(z?.constraints.find((constraint) => constraint.kind === 'check')).toMatchObject({
      expression: 'm > 0',
    });
    expect(b?.constraints[0]).toMatchObject({ references: { name: 'z' }, referencedColumns: ['key'] });
    expect(sequences[0]?.ownedBy).toEqual({ table: { schema: 'public', name: 'z' }, column: 'key' });
    expect(comments[0]).toMatchObject({ objectKind: 'column', object: 'public.z.m', text: 'count' });
  });

  test('a comment goes with its object, and IS NULL takes it off', () => {
    const { comments } = build(
      'CREATE TABLE a (id int)',
      'CREATE TABLE b (id int)',
      "COMMENT ON TABLE a IS 'x'",
      "COMMENT ON TABLE b IS 'y'",
      'DROP TABLE a',
      'COMMENT ON TABLE b IS NULL',
    );
    expect(comments).toEqual([]);
  });

  test('a dump gives a sequence its position by setval', () => {
    const { sequences } = build('CREATE SEQUENCE s', "SELECT pg_catalog.setval('public.s', 42, true)");
    expect(sequences[0]?.lastValue).toBe('42');
  });

  test('partition bounds and keys are told', () => {
    const { tables } = build(
      'CREATE TABLE t (id int, at date) PARTITION BY RANGE (at, lower(id::text))',
      "CREATE TABLE p PARTITION OF t FOR VALUES FROM ('2020-01-01', MINVALUE) TO (MAXVALUE, MAXVALUE)",
    );
    expect(tables[0]?.partitionKey).toMatchObject({
      strategy: 'range',
      keys: [{ column: 'at' }, { expression: 'lower(id::text)' }],
    });
    expect(tables[1]?.partitionOf?.bound).toBe(
      "FOR VALUES FROM ('2020-01-01', MINVALUE) TO (MAXVALUE, MAXVALUE)",
    );
  });

  test('replica identity, owner, options and row security', () => {
    const { tables } = build(
      'CREATE TABLE t (id int NOT NULL) WITH (fillfactor=70, toast.autovacuum_enabled=false) TABLESPACE fast',
      'CREATE UNIQUE INDEX u ON t (id)',
      'ALTER TABLE t REPLICA IDENTITY USING INDEX u, OWNER TO joe, FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE t SET (fillfactor=80), RESET (toast.autovacuum_enabled)',
    );
    expect(tables[0]).toMatchObject({
      replicaIdentity: { index: 'u' },
      owner: 'joe',
      rowSecurity: 'forced',
      options: ['fillfactor=80'],
      tablespace: 'fast',
    });
  });

  test('publications hold tables and the tables of schemas', () => {
    const { publications } = build(
      'CREATE SCHEMA s',
      'CREATE TABLE a (id int)',
      'CREATE TABLE s.b (id int)',
      'CREATE PUBLICATION p FOR TABLE a, TABLES IN SCHEMA s',
      'CREATE PUBLICATION q FOR ALL TABLES',
      'ALTER TABLE a RENAME TO c',
    );
    expect(publications).toMatchObject([
      {
        name: 'p',
        tables: [
          { schema: 'public', name: 'c' },
          { schema: 's', name: 'b' },
        ],
      },
      { name: 'q', allTables: true },
    ]);
  });

  test('grants are kept as written', () => {
    const { grants } = build(
      'CREATE TABLE t (id int)',
      'GRANT SELECT (id), INSERT ON t TO PUBLIC, joe',
      'REVOKE ALL ON SCHEMA public FROM joe',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO joe',
      'GRANT admin TO joe',
    );
    expect(grants).toMatchObject([
      {
        kind: 'grant',
        objectKind: 'table',
        objects: ['t'],
        grantees: ['public', 'joe'],
        privileges: ['select (id)', 'insert'],
      },
      { kind: 'revoke', objectKind: 'schema', objects: ['public'], privileges: ['all'] },
      { kind: 'default-privileges', objectKind: 'table', objects: ['public'], grantees: ['joe'] },
      { kind: 'role-membership', objects: ['admin'], grantees: ['joe'] },
    ]);
  });

  test('a view knows the tables it reads, common table expressions left out', () => {
    const { views } = build(
      'CREATE TABLE a (id int)',
      'CREATE TABLE b (id int)',
      'CREATE VIEW v AS WITH a2 AS (SELECT * FROM a) SELECT * FROM a2 WHERE EXISTS (SELECT 1 FROM b)',
    );
    expect(views[0]?.dependsOn.map((source) => source.name).sort()).toEqual(['a', 'b']);
  });

  test('NOT NULL with a name is a constraint, as PostgreSQL 18 dumps it', () => {
    const { tables } = build(
      'CREATE TABLE t (a int CONSTRAINT filled NOT NULL, b int, CONSTRAINT full_b NOT NULL b)',
    );
    expect(tables[0]?.constraints).toMatchObject([
      { kind: 'not-null', name: 'filled', column: 'a' },
      { kind: 'not-null', name: 'full_b', column: 'b' },
    ]);
    expect(tables[0]?.columns.map((column) => column.notNull)).toEqual([true, true]);
  });
});

test('what the deparser does not know is kept in the words of its statement, wherever it stands', () => {
  const value = (path: string) => `json_value(a, '$.${path}' RETURNING int)`;
  const catalog = build(
    `CREATE DOMAIN d AS jsonb CHECK (json_exists(VALUE, '$.d'))`,
    `CREATE TABLE t (a jsonb DEFAULT json_query('{}', '$'), b int GENERATED ALWAYS AS (${value('g')}) STORED, CHECK (${value('c')} > 0)); SELECT 1`,
    `ALTER TABLE t ALTER b DROP EXPRESSION; ALTER TABLE t ALTER b SET DEFAULT json_value('1', '$')`,
    `CREATE INDEX i ON t ((${value('i')})) WHERE (${value('w')} = 1)`,
    `CREATE POLICY p ON t USING (${value('p')} = 2)`,
    `CREATE VIEW v AS SELECT ${value('v')} FROM t`,
    `CREATE TABLE u (LIKE t INCLUDING DEFAULTS)`,
  );
  expect(catalog.problems).toEqual([]);
  expect(catalog.types[0]).toMatchObject({ checks: ["json_exists(VALUE, '$.d')"] });
  const defaults = ["json_query('{}', '$')", "json_value('1', '$')"];
  for (const { columns } of catalog.tables) expect(columns.map((column) => column.default)).toEqual(defaults);
  const [table] = catalog.tables;
  expect(table?.constraints).toMatchObject([{ expression: `${value('c')} > 0` }]);
  expect(table?.indexes).toMatchObject([
    { keys: [{ expression: value('i') }], predicate: `${value('w')} = 1` },
  ]);
  expect(catalog.policies).toMatchObject([{ using: `${value('p')} = 2` }]);
  expect(catalog.views).toMatchObject([{ query: `SELECT ${value('v')} FROM t` }]);
});

describe('copyTarget', () => {
  test('tells the columns in the order of the values, generated ones left out', () => {
    const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
    builder.apply({ sql: 'CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) STORED, b text)', line: 1 });
    const names = (columns?: readonly string[]) =>
      builder.copyTarget({ name: 't' }, columns)?.columns.map((column) => column.name);
    expect(names()).toEqual(['a', 'b']);
    expect(names(['b', 'a'])).toEqual(['b', 'a']);
    expect(names(['b', 'nope'])).toBeUndefined();
    expect(builder.copyTarget({ schema: 'x', name: 't' })).toBeUndefined();
  });
});
