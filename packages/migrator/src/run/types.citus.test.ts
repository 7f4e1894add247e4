import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyCitusDatabase, databaseUrl, dropCitusDatabase } from '@shardwright/cluster';
import { quoteIdentifier } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadPaths } from '../load/load-path.ts';
import { runInChild } from './crash.test-support.ts';
import { planFor } from './migration.test-support.ts';
import { runMigration } from './run-migration.ts';
import { digestOf, rowsOf } from './two-sides.test-support.ts';

const nodes = inject('citusNodes');
const template = inject('citusTemplate');
const everyType = testDatabase();
const giantRows = testDatabase();

// One column for each built-in type of values, with two values that are easily lost. Further ones in `extremes`.
const builtIn: Readonly<Record<string, readonly [string, string]>> = {
  boolean: ['t', 'f'],
  smallint: ['-32768', '32767'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
  real: ['-0', 'NaN'],
  'double precision': ['-Infinity', '4.9e-324'],
  numeric: ['NaN', '-Infinity'],
  'numeric(12,2)': ['0.00', '-9999999999.99'],
  money: ['-92233720368547758.08', '0.01'],
  text: ['', ' a\tb\\n\\. '],
  'varchar(7)': ['ÄÖÜßé漢😀', '       '],
  'char(5)': ['a', ''],
  name: ['n', ''],
  '"char"': ['x', ''],
  bytea: ['\\x', '\\x00ff0a5c0d'],
  date: ['infinity', '4713-01-01 BC'],
  time: ['24:00:00', '00:00:00.000001'],
  timetz: ['24:00:00+15:59', '00:00:00-15:59:59'],
  timestamp: ['-infinity', '294276-12-31 23:59:59.999999'],
  timestamptz: ['infinity', '4713-01-01 00:00:00+00 BC'],
  interval: ['-178000000 years', '1 mon -1 day 00:00:00.000001'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  json: ['{"a" : 1, "a":2}', '" \\u00e4 "'],
  jsonb: ['{"a": 1e400, "b": "\\u00e4"}', 'null'],
  jsonpath: ['$."a"[*] ? (@ > 1)', '$'],
  xml: ['<a> b &amp; </a>', 'no document, <b/>'],
  inet: ['::ffff:1.2.3.4/96', '10.0.0.1/8'],
  cidr: ['2001:db8::/32', '0.0.0.0/0'],
  macaddr: ['08:00:2b:01:02:03', 'ff:ff:ff:ff:ff:ff'],
  macaddr8: ['08:00:2b:01:02:03:04:05', '00:00:00:00:00:00:00:00'],
  'bit(3)': ['101', '000'],
  'bit varying': ['', '1010101010101'],
  point: ['(-0,Infinity)', '(NaN,1e-300)'],
  line: ['{1,-1,0}', '{0,1,2}'],
  lseg: ['[(0,0),(1,1)]', '[(1,2),(1,2)]'],
  box: ['(1,1),(0,0)', '(0,0),(0,0)'],
  path: ['[(0,0),(1,1)]', '((0,0),(1,1))'],
  polygon: ['((0,0),(1,1),(2,0))', '((0,0))'],
  circle: ['<(0,0),0>', '<(1,2),3e100>'],
  tsvector: ["'a':1A,2 'it''s':3", ''],
  tsquery: ["'a' & !'b' <2> 'c':*A", ''],
  int4range: ['empty', '(,)'],
  int8range: ['[1,5)', '[,9223372036854775807)'],
  numrange: ['(0.10,NaN]', '[1,1]'],
  daterange: ['[infinity,infinity]', '(,-infinity)'],
  tsrange: ['empty', '["0044-03-15 12:00:00 BC",)'],
  tstzrange: ['(,)', '[2020-01-01 00:00:00+00,infinity)'],
  int4multirange: ['{}', '{[1,2),[5,)}'],
  int8multirange: ['{[-9223372036854775808,5)}', '{}'],
  nummultirange: ['{[0.10,NaN]}', '{}'],
  datemultirange: ['{[infinity,infinity]}', '{}'],
  tsmultirange: ['{(,"0044-03-15 12:00:00 BC"]}', '{}'],
  tstzmultirange: ['{(,)}', '{}'],
  oid: ['4294967295', '0'],
  pg_lsn: ['FFFFFFFF/FFFFFFFF', '0/0'],
  xid: ['4294967295', '0'],
  cid: ['4294967295', '0'],
  xid8: ['18446744073709551615', '0'],
  pg_snapshot: ['10:20:10,14', '1:1:'],
  txid_snapshot: ['10:20:10,14', '1:1:'],
  tid: ['(4294967295,65535)', '(0,0)'],
  refcursor: ['a "cursor"', ''],
  'integer[]': ['{}', '[-1:1]={1,NULL,3}'],
  'text[]': ['{"",NULL,"NULL","a\\"b\\\\","ä, b"}', '{{a,b},{c,d}}'],
  'jsonb[]': ['{"{\\"a\\": [1, null]}"}', '{NULL}'],
  'tstzrange[]': ['{"(,)",empty}', '{}'],
};

// Numbers of objects, which are others on another server, and what is not read in binary as it is written.
const asTextOnly: typeof builtIn = {
  int2vector: ['-1 2', '0'],
  oidvector: ['4294967295 0', '1'],
  regclass: ['pg_class', '0'],
  'regclass[]': ['{pg_class,-}', '{}'],
  regtype: ['numeric', 'text[]'],
  regproc: ['now', '-'],
  regprocedure: ['abs(integer)', '-'],
  regoper: ['||/', '0'],
  regoperator: ['+(integer,integer)', '0'],
  regnamespace: ['pg_catalog', '-'],
  regcollation: ['"C"', '-'],
  regconfig: ['english', '-'],
  regdictionary: ['simple', '-'],
};

/** A table with a column of each type, and both values of it, and none. */
function tableOf(name: string, types: typeof builtIn): string {
  const values = (index: 0 | 1): string =>
    Object.entries(types)
      .map(([type, both]) => `'${both[index].replaceAll("'", "''")}'::${type}`)
      .join(', ');
  const columns = Object.keys(types).map((type, index) => `v${index} ${type}`);
  return `CREATE TABLE ${name} (id int NOT NULL, ${columns.join(', ')});
    INSERT INTO ${name} VALUES (1, ${values(0)}), (2, ${values(1)});
    INSERT INTO ${name} (id) VALUES (3);`;
}

const wide = Array.from({ length: 1600 }, (_, index) => `c${index}`);

const everyTypeSql = `
  CREATE SCHEMA "My Schema";
  CREATE TYPE mood AS ENUM ('sad', 'it''s "ok", \\n', '');
  CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);
  CREATE DOMAIN tags AS text[];
  CREATE TYPE "My Schema".pair AS (a int, "select" text, m mood);
  CREATE TYPE float_range AS RANGE (subtype = float8);
  ${tableOf('built_in', builtIn)}
  ${tableOf('built_in_as_text', { ...builtIn, ...asTextOnly })}
  CREATE TABLE extremes (id int NOT NULL, f float8, r real, n numeric, t text);
  INSERT INTO extremes SELECT n, v.f, v.f::text::real, 1, chr(n) FROM
    (VALUES ('-0'), ('NaN'), ('Infinity'), ('1.7976931348623157e308'), ('0.1'), ('2.2250738585072014e-308')) v0(t),
    LATERAL (SELECT CASE WHEN t LIKE '%e%3%' THEN '1e-38' ELSE t END::float8 AS f) v, generate_series(1, 3) n;
  UPDATE extremes SET f = 'NaN' WHERE id = 2;
  INSERT INTO extremes (id, f, n, t) VALUES
    (90, 1.7976931348623157e308, ('1' || repeat('0', 20000))::numeric, repeat('\\\\', 9) || E'\\r\\n\\x7f\\x01'),
    (91, 4.9e-324, ('0.' || repeat('0', 16000) || '7')::numeric, E'\\\\.'), (92, -0.0, 0.000, E'\\\\N'), (93, 0, -0.10, ''), (94, NULL, NULL, NULL);
  CREATE TABLE own_types (id int NOT NULL, m mood, p positive, ts tags);
  INSERT INTO own_types VALUES (1, 'sad', 0.1, '{a,NULL}'), (2, 'it''s "ok", \\n', 1e300, '{}'), (3, '', NULL, NULL);
  CREATE TABLE compound (id int NOT NULL, m mood, ms mood[], p positive, ts tags, c "My Schema".pair, cs "My Schema".pair[]);
  INSERT INTO compound VALUES
    (1, 'sad', '{sad,NULL,""}', 0.1, '{a,NULL}', ROW(1, E'tab\\t"quote"', 'sad'), ARRAY[ROW(NULL, '', NULL)::"My Schema".pair]),
    (2, 'it''s "ok", \\n', '{}', 1e300, '{}', ROW(NULL, NULL, NULL), '{}');
  INSERT INTO compound (id, m) VALUES (3, '');
  CREATE TABLE own_ranges (id int NOT NULL, r float_range, rs float_range[], rm float_multirange);
  INSERT INTO own_ranges VALUES (1, '[-0,NaN]', '{empty}', '{[1,2)}'), (2, '(,)', '{}', '{}'), (3, NULL, NULL, NULL);
  CREATE TABLE vectors (one int2vector, two oidvector);
  INSERT INTO vectors VALUES ('', ''), ('1 2', '1 2');
  CREATE TABLE texts (word text NOT NULL, note text);
  INSERT INTO texts SELECT w, 'n' FROM unnest(ARRAY['', ' ', 'ä€😀', E'\\t\\n\\r\\\\', '\\N', '\\.', E'\\u0001\\u007f\\ufeff', repeat('é', 3000)]) w;
  INSERT INTO texts SELECT 'w' || n FROM generate_series(1, 300) n;
  CREATE TABLE moments (at timestamptz NOT NULL);
  INSERT INTO moments VALUES ('infinity'), ('-infinity'), ('4713-01-01 00:00:00+00 BC'), ('294276-12-31 23:59:59.999999+00');
  INSERT INTO moments SELECT timestamptz '1999-12-31 UTC' + n * interval '1 h 0.000001 s' FROM generate_series(1, 300) n;
  CREATE TABLE numbers (n numeric NOT NULL, c "My Schema".pair);
  INSERT INTO numbers VALUES ('NaN'), ('-Infinity'), (0.000), (-0.10), (1e1000), (1e-1000);
  INSERT INTO numbers SELECT n / 7.0 FROM generate_series(1, 300) n;
  CREATE TABLE numbers_in_binary (n numeric NOT NULL);
  INSERT INTO numbers_in_binary SELECT n FROM numbers;
  CREATE TABLE "My Schema"."Order ""x"".y" ("select" int NOT NULL, "ключ 1" text, "a,b" text, "Größe" int GENERATED ALWAYS AS ("select" * 2) STORED);
  INSERT INTO "My Schema"."Order ""x"".y" SELECT n, 'k' || n, NULL FROM generate_series(1, 50) n;
  CREATE TABLE always_id (id bigint GENERATED ALWAYS AS IDENTITY, other int GENERATED BY DEFAULT AS IDENTITY, note text DEFAULT 'd');
  INSERT INTO always_id (note) SELECT NULL FROM generate_series(1, 40);
  CREATE TABLE parts (id int NOT NULL, at date NOT NULL, note text) PARTITION BY RANGE (at);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
  CREATE TABLE parts_2 (note text, dropped int, at date NOT NULL, id int NOT NULL);
  ALTER TABLE parts_2 DROP COLUMN dropped;
  ALTER TABLE parts ATTACH PARTITION parts_2 DEFAULT;
  INSERT INTO parts SELECT n, date '2023-06-01' + n, 'p' FROM generate_series(1, 400) n;
  CREATE TABLE deep (id int NOT NULL, at date NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE deep_1 PARTITION OF deep FOR VALUES FROM (MINVALUE) TO ('2024-01-01') PARTITION BY LIST (kind);
  CREATE TABLE deep_1_a PARTITION OF deep_1 FOR VALUES IN ('a');
  CREATE TABLE deep_1_b PARTITION OF deep_1 DEFAULT;
  CREATE TABLE deep_2 PARTITION OF deep DEFAULT;
  INSERT INTO deep SELECT n, date '2023-06-01' + n, chr(97 + n % 3) FROM generate_series(1, 400) n;
  CREATE TABLE wide (${wide.map((name) => `${name} int${name === 'c0' ? ' NOT NULL' : ''}`).join(', ')});
  INSERT INTO wide SELECT ${wide.map((_, index) => (index === 0 ? 'n' : index % 7 ? 'n' : 'NULL')).join(', ')} FROM generate_series(1, 20) n;
  CREATE TABLE nothing ();
  INSERT INTO nothing SELECT FROM generate_series(1, 3);
  CREATE TABLE no_rows (id int NOT NULL, t text);
  CREATE TABLE ancestors (id int, t text);
  CREATE TABLE heirs (more text) INHERITS (ancestors);
  INSERT INTO ancestors SELECT n, 'a' FROM generate_series(1, 5) n;
  INSERT INTO heirs SELECT n, 'h', 'm' FROM generate_series(6, 9) n`;

const byId = [
  ...[
    'built_in',
    'built_in_as_text',
    'extremes',
    'own_types',
    'compound',
    'always_id',
    'parts',
    'deep',
    'no_rows',
  ],
];
const distribute = {
  ...Object.fromEntries(byId.map((table) => [table, 'id'])),
  wide: 'c0',
  texts: 'word',
  moments: 'at',
  numbers: 'n',
  numbers_in_binary: 'n',
  'My Schema."Order ""x"".y"': 'select',
};
// Citus carries no ranges made by CREATE TYPE to the workers, and cannot read an empty vector from them.
const local = ['nothing', 'ancestors', 'heirs', 'own_ranges', 'vectors'];

/** How each table comes over where all are sent straight to their shards. */
const formats: Readonly<Record<string, string>> = {
  built_in: 'binary',
  built_in_as_text: 'text',
  extremes: 'binary',
  own_types: 'binary',
  compound: 'text',
  texts: 'binary',
  moments: 'binary',
  numbers: 'text',
  wide: 'binary',
};

async function withTarget(work: (url: string) => Promise<void>): Promise<void> {
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('the test cluster has no nodes');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await copyCitusDatabase(nodes, template, name);
  try {
    await work(databaseUrl(coordinator.url, name));
  } finally {
    await dropCitusDatabase(nodes, name);
  }
}

let dumps = '';

beforeAll(async () => {
  dumps = await mkdtemp(path.join(tmpdir(), 'shardwright-types-'));
});
afterAll(() => rm(dumps, { recursive: true }));

function dumpOf(url: string): string {
  const file = path.join(dumps, `${randomBytes(6).toString('hex')}.sql`);
  const bin = inject('postgresBin');
  execFileSync(bin === undefined ? 'pg_dump' : path.join(bin, 'pg_dump'), ['-f', file, url]);
  return file;
}

/** What to read of each table: its text, and the bits of what text may round. */
async function queriesOf(url: string): Promise<readonly string[]> {
  await using connection = await connect(url);
  const columns = await connection.query<{ relation: string; name: string; type: string }>(
    `SELECT format('%I.%I', nspname, relname) AS relation, attname AS name, atttypid::regtype::text AS type
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     LEFT JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
     WHERE relkind IN ('r', 'p') AND nspname IN ('public', 'My Schema')
       -- Partitions of partitions become part of their parent.
       AND NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_inherits j ON j.inhrelid = i.inhparent WHERE i.inhrelid = c.oid)
     ORDER BY 1, attnum`,
  );
  const exact: Readonly<Record<string, string>> = {
    real: 'float4send',
    'double precision': 'float8send',
    point: 'point_send',
  };
  return [...new Set(columns.map(({ relation }) => relation))].map((relation) => {
    const own = columns.filter((one) => one.relation === relation && one.name !== null);
    const list = own.flatMap(({ name, type }) => {
      const quoted = quoteIdentifier(name);
      return exact[type] === undefined ? [quoted] : [`${exact[type]}(${quoted})`];
    });
    return `SELECT ${list.length === 0 ? "'-'" : list.join(', ')} FROM ${relation}`;
  });
}

let plan: Plan;

beforeAll(async () => {
  plan = await planFor(everyType.url, everyTypeSql, { distribute, local, shards: 4 });
});

// Where rows are sent straight to shards, the run itself proves that each is where its key says.
test.each(loadPaths)('values of every type come over as they are, by way of %s', async (load) => {
  await withTarget(async (target) => {
    const result = await runMigration(plan, { source: everyType.url, target, load, jobs: 2 });
    for (const query of await queriesOf(everyType.url)) {
      expect(digestOf(rowsOf(target, query)), query.slice(-200)).toBe(digestOf(rowsOf(everyType.url, query)));
    }
    const ways = new Map(result.tables.map(({ relation, path, format }) => [relation, `${path} ${format}`]));
    for (const [table, format] of Object.entries(formats)) {
      expect(ways.get(`public.${table}`), table).toBe(`${load} ${format}`);
    }
    // What is not hashed here in binary.
    expect(ways.get('public.numbers_in_binary')).toBe(
      load === 'direct' ? 'coordinator binary' : `${load} binary`,
    );
  });
});

test.each(['direct', 'coordinator'] as const)(
  'values of every type come over as they are from a dump, by way of %s',
  async (load) => {
    await withTarget(async (target) => {
      await runMigration(plan, { source: dumpOf(everyType.url), target, load, jobs: 2 });
      for (const query of await queriesOf(everyType.url)) {
        expect(digestOf(rowsOf(target, query)), query.slice(-200)).toBe(
          digestOf(rowsOf(everyType.url, query)),
        );
      }
    });
  },
);

const megabyte = 1024 * 1024;
let giants: Plan;

beforeAll(async () => {
  // A composite keeps a table from being sent in binary.
  const sql = `
    CREATE TYPE pair AS (a int, b int);
    CREATE TABLE giant_binary (id int NOT NULL, b bytea);
    CREATE TABLE giant_text (id int NOT NULL, t text, p pair);
    INSERT INTO giant_binary VALUES (1, decode(repeat('00ff5c0a', 26214400), 'hex'));
    INSERT INTO giant_text VALUES (1, repeat('ä\\ ', 26214400), ROW(1, 2))`;
  giants = await planFor(giantRows.url, sql, {
    distribute: { giant_binary: 'id', giant_text: 'id' },
    shards: 2,
  });
});

test.each(loadPaths)(
  'rows of 100 MB come over by way of %s, in binary and in text, within a bound of memory',
  async (load) => {
    await withTarget(async (target) => {
      const options = { source: giantRows.url, target, load, jobs: 1 };
      const child = await runInChild(giants, options, async () => {});
      expect(await child.ended).toBe('done');
      expect((await child.peakBytes) / megabyte).toBeLessThan(700);
      for (const query of ['SELECT id, md5(b) FROM giant_binary', 'SELECT id, md5(t) FROM giant_text']) {
        expect(rowsOf(target, query)).toEqual(rowsOf(giantRows.url, query));
      }
    });
  },
);

test('rows of 100 MB come over from a dump, within a bound of memory', async () => {
  await withTarget(async (target) => {
    const options = { source: dumpOf(giantRows.url), target, load: 'direct', jobs: 1 } as const;
    const child = await runInChild(giants, options, async () => {});
    expect(await child.ended).toBe('done');
    expect((await child.peakBytes) / megabyte).toBeLessThan(800);
    for (const query of ['SELECT id, md5(b) FROM giant_binary', 'SELECT id, md5(t) FROM giant_text']) {
      expect(rowsOf(target, query)).toEqual(rowsOf(giantRows.url, query));
    }
  });
});
