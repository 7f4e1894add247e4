import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

/** A type, a value of it, and another that somebody could take for it, as SQL. */
const types: readonly (readonly [type: string, value: string, other: string])[] = [
  ['smallint', '-32768', '32767'],
  ['integer', '-1', 'NULL'],
  ['bigint', '-1', '4294967295'],
  ['bigint', '4294967296', '1'],
  ['numeric', '1.0', '1.00'],
  ['numeric', "'NaN'", 'NULL'],
  ['numeric', `1${'0'.repeat(400)}.5`, `1${'0'.repeat(400)}.25`],
  ['real', "'-0'", '0'],
  ['double precision', "'-0'", '0'],
  ['double precision', "'NaN'", "'Infinity'"],
  ['double precision', '0.1', '0.10000000000000002'],
  ['money', '12.34', '12.35'],
  ['text', "''", 'NULL'],
  ['text', "'häßlich 漢字 🐘'", "'haesslich 漢字 🐘'"],
  ['text', `repeat('x', 3000000) || 'a'`, `repeat('x', 3000000) || 'b'`],
  ['varchar(20)', "'a '", "'a'"],
  ['char(5)', "'a'", "'b'"],
  ['"char"', "'a'", "'b'"],
  ['name', "'a'", "'A'"],
  ['bytea', String.raw`'\x00ff00'`, String.raw`'\x00ff'`],
  ['bytea', "''", 'NULL'],
  ['timestamp', "'infinity'", "'-infinity'"],
  ['timestamp', "'2024-02-29 23:59:59.999999'", "'2024-02-29 23:59:59.999998'"],
  ['timestamptz', "'4713-01-01 00:00Z BC'", "'4713-01-01 00:00:01Z BC'"],
  ['date', "'infinity'", "'5874897-12-31'"],
  ['time', "'24:00'", "'00:00'"],
  ['timetz', "'12:00+01'", "'11:00+00'"],
  ['interval', "'24 hours'", "'1 day'"],
  ['boolean', 'false', 'NULL'],
  ['uuid', "'00000000-0000-0000-0000-000000000000'", 'NULL'],
  ['mood', "'sad'", "'happy'"],
  ['mood[]', "'{sad,happy}'", "'{happy,sad}'"],
  ['point', "'(1,2)'", "'(2,1)'"],
  ['line', "'{1,2,3}'", "'{1,2,4}'"],
  ['lseg', "'[(0,0),(1,1)]'", "'[(1,1),(0,0)]'"],
  ['box', "'(1,1),(0,0)'", "'(2,1),(0,0)'"],
  ['path', "'[(0,0),(1,1)]'", "'((0,0),(1,1))'"],
  ['polygon', "'((0,0),(1,1))'", "'((1,1),(0,0))'"],
  ['circle', "'<(0,0),1>'", "'<(0,0),2>'"],
  ['inet', "'10.0.0.1/8'", "'10.0.0.1'"],
  ['cidr', "'10.0.0.0/8'", "'10.0.0.0/9'"],
  ['macaddr', "'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"],
  ['macaddr8', "'08:00:2b:01:02:03:04:05'", "'08:00:2b:01:02:03:04:06'"],
  ['bit(4)', "B'1010'", "B'1011'"],
  ['varbit', "B'10'", "B'100'"],
  ['tsvector', "'a:1 b:2'", "'a b'"],
  ['tsquery', "'a & b'", "'a | b'"],
  ['xml', "'<a/>'", "'<a></a>'"],
  ['json', `'{"a": 1}'`, `'{"a":1}'`],
  ['jsonb', `'{"a": 1.0}'`, `'{"a": 1.00}'`],
  ['jsonpath', "'$.a'", "'$.b'"],
  ['integer[]', "'{1,NULL}'", "'{1}'"],
  ['integer[]', "'[0:1]={1,2}'", "'{1,2}'"],
  ['text[]', `'{"NULL"}'`, "'{NULL}'"],
  ['numeric[]', "'{1.0}'", "'{1.00}'"],
  ['int4range', "'[1,5)'", "'[1,6)'"],
  ['tstzrange', "'[2024-01-01 00:00Z,)'", "'(2024-01-01 00:00Z,)'"],
  ['int4multirange', "'{[1,2),[5,6)}'", "'{[1,2)}'"],
  ['daterange', "'empty'", 'NULL'],
  ['pair', "'(1,)'", `'(1,"")'`],
  ['positive', '1', '2'],
  ['words', "'a'", "'A'"],
  ['oid', '4294967295', '0'],
  ['pg_lsn', "'16/B374D848'", "'16/B374D849'"],
  ['regclass', "'pg_class'", "'pg_type'"],
  ['txid_snapshot', "'10:20:10,14'", "'10:20:10'"],
];

const definition = types.map(([type], at) => `v${at} ${type}`).join(', ');
const values = types.map(([, value]) => value).join(', ');

const databases = twoDatabases({
  schema: `
    CREATE TYPE mood AS ENUM ('happy', 'sad');
    CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE COLLATION insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE DOMAIN words AS text COLLATE insensitive;
    CREATE TABLE everything (id bigint PRIMARY KEY, ${definition});
    CREATE TABLE nothing (id bigint PRIMARY KEY, ${definition});
    CREATE TABLE computed (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED, "select" text, "Quo""ted" int, UNIQUE (id, "select"));
    CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at date);
    CREATE TABLE visits (tenant bigint, at date NOT NULL, PRIMARY KEY (tenant, at)) PARTITION BY RANGE (at);
    CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
    CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
    CREATE TABLE bare ()`,
  distribute: `
    SELECT create_distributed_table('everything', 'id', shard_count => 4);
    SELECT create_distributed_table('nothing', 'id', shard_count => 4);
    SELECT create_distributed_table('computed', 'id', shard_count => 4);
    SELECT create_distributed_table('visits', 'tenant', shard_count => 4)`,
  rows: `
    INSERT INTO everything VALUES (1, ${values});
    INSERT INTO nothing (id) VALUES (1);
    INSERT INTO computed (id, "select") SELECT n, 'x' FROM generate_series(1, 10) AS n;
    INSERT INTO numbered (at) SELECT date '2025-01-01' + n FROM generate_series(1, 10) AS n;
    INSERT INTO visits SELECT n, date '2025-01-01' + n FROM generate_series(1, 300) AS n`,
});

test('values of every type are equal to themselves, in tables of any shape', async () => {
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual([]);
  expect(verification.verdict).toBe('equal');
  expect(verification.tables.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
    ['bare', 'computed', 'everything', 'nothing', 'numbered', 'visits'].map((name) => `${name} equal`),
  );
});

test('a value that could be taken for another is found in every type, and in no other column', async () => {
  const insert = types.map(([, value, other], at) => [
    `INSERT INTO everything VALUES (${at + 2}, ${values})`,
    `UPDATE everything SET v${at} = ${other} WHERE id = ${at + 2}`,
    value,
  ]);
  await databases.inSource(insert.map(([row]) => row).join(';'));
  for (const [row = ''] of insert) await databases.inTarget(row);
  for (const [at, [, change = '']] of insert.entries())
    await databases.inShard('everything', at + 2, change.replace('everything', '%s'));
  const verification = await databases.verify({ rows: 200 });
  expect([...findingsOf(verification)].sort()).toEqual(
    types.map((_, at) => `everything ${at + 2} different in v${at}`).sort(),
  );
});

test('a row that a partition lacks is told by the table at the top', async () => {
  await databases.inTarget('DELETE FROM visits WHERE tenant = 200');
  expect(findingsOf(await databases.verify())).toContain('visits 200,2025-07-20 only-in-source');
});
