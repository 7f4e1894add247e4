import type { RuleExample } from './rule-example.test-support.ts';

const unhashable = [
  'json', 'xml', 'point', 'box', 'circle', 'line', 'lseg', 'path', 'polygon', 'tsvector', 'tsquery', 'bit(3)',
  'varbit', 'money', 'jsonpath', 'txid_snapshot', 'pg_snapshot', 'refcursor', 'xid', 'cid', 'aclitem',
]; // biome-ignore format: a list of words

export const keyExamples: readonly RuleExample[] = [
  ...unhashable.map((type) => ({
    rule: 'key-type-without-hash',
    name: type,
    sql: `create table x (k ${type} not null)`,
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k jsonb not null)' },
  })),
  {
    rule: 'key-type-without-hash',
    name: 'a domain over such a type',
    sql: 'create domain doc as json; create table x (k doc)',
    design: { x: 'k' },
    nearMiss: { sql: 'create domain doc as text; create table x (k doc)' },
  },
  {
    rule: 'key-type-crashes',
    sql: 'create table x (k json[])',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k int[])' },
  },
  {
    rule: 'key-type-crashes',
    name: 'composite',
    sql: 'create type c as (a int, j json); create table x (k c)',
    design: { x: 'k' },
    nearMiss: { sql: 'create type c as (a int, j jsonb); create table x (k c)' },
  },
  {
    rule: 'key-type-differs-per-node',
    name: 'enum',
    sql: "create type mood as enum ('a', 'b'); create table x (k mood)",
    design: { x: 'k' },
    nearMiss: { design: { x: 'reference' } },
  },
  {
    rule: 'key-type-differs-per-node',
    name: 'enum inside a composite inside a domain',
    sql: "create type mood as enum ('a', 'b'); create type c as (m mood[]); create domain d as c; create table x (k d)",
    design: { x: 'k' },
    nearMiss: { sql: 'create type c as (m text[]); create domain d as c; create table x (k d)' },
  },
  {
    rule: 'key-type-differs-per-node',
    name: 'regclass',
    sql: 'create table x (k regclass)',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k oid)' },
  },
  {
    rule: 'key-type-unknown',
    sql: 'create extension if not exists isn; create table x (k isbn)',
    design: { x: 'k' },
    notOnServer: 'depends on the extension',
    nearMiss: { sql: 'create table x (k text)' },
  },
  {
    rule: 'key-generated',
    sql: 'create table x (a int, k int generated always as (a + 1) stored)',
    design: { x: 'k' },
    nearMiss: { design: { x: 'a' } },
  },
  {
    rule: 'key-negative-scale',
    sql: 'create table x (k numeric(5, -2))',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k numeric(5, 2))' },
  },
  {
    rule: 'key-nondeterministic-collation',
    sql: "create collation nd (provider = icu, locale = 'und', deterministic = false); create table x (k text collate nd)",
    design: { x: 'k' },
    nearMiss: {
      sql: "create collation de (provider = icu, locale = 'de'); create table x (k text collate de)",
    },
  },
  {
    rule: 'key-nullable',
    sql: 'create table x (k int)',
    design: { x: 'k' },
    nearMiss: { sql: 'create domain id as int not null; create table x (k id)' },
  },
  {
    rule: 'key-few-values',
    sql: 'create table x (k bool)',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k char(1))' },
  },
  {
    rule: 'key-floating-point',
    sql: 'create table x (k double precision)',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k numeric)' },
  },
  {
    rule: 'key-object-identifier',
    sql: 'create table x (k oid)',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k bigint)' },
  },
  {
    rule: 'key-structured-value',
    sql: 'create table x (k jsonb)',
    design: { x: 'k' },
    nearMiss: { sql: 'create table x (k text)' },
  },
  {
    rule: 'key-missing',
    sql: 'create table x (k int)',
    design: { x: 'kk' },
    nearMiss: { design: { x: '+kk' }, notOnServer: 'the column is not there yet' },
  },
  {
    rule: 'colocation-type-mismatch',
    sql: 'create table a (k int); create table b (k bigint)',
    design: { a: 'k', b: 'k' },
    nearMiss: { design: { a: 'k', b: 'k in other' } },
  },
  {
    rule: 'colocation-type-mismatch',
    name: 'domain and base type',
    sql: 'create domain id as int; create table a (k int); create table b (k id)',
    design: { a: 'k', b: 'k' },
    nearMiss: { sql: 'create table a (k varchar(5)); create table b (k varchar)' },
  },
  {
    rule: 'colocation-collation-mismatch',
    sql: 'create table a (k text); create table b (k text collate "C")',
    design: { a: 'k', b: 'k' },
    nearMiss: { sql: 'create table a (k text collate "C"); create table b (k text collate "C")' },
  },
];
