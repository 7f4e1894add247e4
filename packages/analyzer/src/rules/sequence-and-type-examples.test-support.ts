import type { RuleExample } from './rule-example.test-support.ts';

export const sequenceAndTypeExamples: readonly RuleExample[] = [
  {
    rule: 'sequences-in-one-default',
    sql: "create sequence s1; create sequence s2; create table x (t int, a bigint default nextval('s1') + nextval('s2'))",
    design: { x: 'reference' },
    nearMiss: {
      sql: "create sequence s1; create table x (t int, a bigint default nextval('s1') + nextval('s1'))",
    },
  },
  {
    rule: 'sequence-shared-across-types',
    sql: "create sequence s1; create table x (t int, a bigint default nextval('s1')); create table y (t int, b int default nextval('s1'))",
    design: { x: 't', y: 't' },
    nearMiss: { design: { x: 't', y: 'local' } },
  },
  {
    rule: 'sequence-shared-across-types',
    name: 'within one table',
    sql: "create sequence s1; create table x (t int, a bigint default nextval('s1'), b int default nextval('s1'))",
    design: { x: 't' },
    nearMiss: {
      sql: "create sequence s1; create table x (t int, a bigint default nextval('s1'), b bigint default nextval('s1'))",
    },
  },
  {
    rule: 'sequence-exceeds-column',
    sql: "create sequence s1 maxvalue 5000000000; create table x (t int, a int default nextval('s1'))",
    design: { x: 't' },
    nearMiss: { sql: "create sequence s1; create table x (t int, a int default nextval('s1'))" },
  },
  {
    rule: 'integer-sequence-on-workers',
    sql: 'create table x (t int, a serial, b smallint generated always as identity)',
    design: { x: 't' },
    findings: 2,
    nearMiss: { sql: 'create table x (t int, a bigserial, b bigint generated always as identity)' },
  },
  {
    rule: 'sequence-ranges-per-node',
    sql: 'create table x (t int, a bigserial); create table y (t int, a bigserial)',
    design: { x: 't', y: 't' },
    nearMiss: { sql: 'create table x (t int, a serial); create table y (t int)' },
  },
  {
    rule: 'integer-column-for-bigint-key',
    sql: 'create table r (id bigserial primary key); create table x (t int, r int references r)',
    design: { r: 'reference', x: 't' },
    nearMiss: { sql: 'create table r (id bigint primary key); create table x (t int, r int references r)' },
  },
  {
    rule: 'unsupported-type',
    sql: 'create type ir as range (subtype = int); create table x (t int, r ir)',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, r int4range)' },
  },
  {
    rule: 'unsupported-type',
    name: 'inside a domain',
    sql: 'create type ir as range (subtype = int); create domain dr as ir; create table x (t int, r dr)',
    design: { x: 'reference' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'row-type-column',
    sql: 'create table l (a int); create table x (t int, r l)',
    design: { l: 'local', x: 't' },
    nearMiss: {
      design: { l: 'reference', x: 't' },
      notOnServer: 'workers know the type after a COMMIT only',
    },
  },
  {
    rule: 'index-tablespace',
    sql: 'create table x (t int); create index i on x (t) tablespace ts1',
    design: { x: 't' },
    notOnServer: 'needs a tablespace, which is a directory of the machine',
    nearMiss: { sql: 'create table x (t int); create index i on x (t)' },
  },
  {
    rule: 'table-tablespace',
    sql: 'create table x (t int) tablespace ts1',
    design: { x: 't' },
    notOnServer: 'needs a tablespace, which is a directory of the machine',
    nearMiss: { sql: 'create table x (t int)' },
  },
];
