import type { RuleExample } from './rule-example.test-support.ts';

const days = "create table x1 partition of x for values from ('2026-01-01') to ('2027-01-01')";

export const uniquenessExamples: readonly RuleExample[] = [
  {
    rule: 'primary-key-lacks-key',
    sql: 'create table x (t int, id bigint primary key)',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, id bigint, primary key (id, t))' },
  },
  {
    rule: 'primary-key-lacks-key',
    name: 'a column that is still to be added is in no primary key',
    sql: 'create table x (id bigint primary key)',
    design: { x: '+t' },
    notOnServer: 'the column is not there yet',
    nearMiss: { design: { x: 'reference' } },
  },
  {
    rule: 'unique-constraint-lacks-key',
    sql: 'create table x (t int, e text unique nulls not distinct)',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, e text, unique (t, e))' },
  },
  {
    rule: 'unique-constraint-lacks-key',
    name: 'partitions do not repeat what their parent lacks',
    sql: `create table x (t int, d date, unique (d)) partition by range (d); ${days}`,
    design: { x: 't', x1: 't' },
    nearMiss: { sql: `create table x (t int, d date, unique (d, t)) partition by range (d); ${days}` },
  },
  {
    rule: 'unique-index-lacks-key',
    name: 'partial',
    sql: "create table x (t int, e text); create unique index i on x (lower(e)) where e <> ''",
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, e text); create unique index i on x (lower(e), t) where t > 0' },
  },
  {
    rule: 'unique-index-lacks-key',
    name: 'an expression on the key does not count',
    sql: 'create table x (t int); create unique index i on x ((t + 1))',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int); create index i on x ((t + 1))' },
  },
  {
    rule: 'unique-include-hides-key',
    sql: 'create table x (t int, id int, unique (id) include (t))',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, id int, unique (id, t))' },
  },
  {
    rule: 'exclusion-lacks-key',
    sql: 'create table x (t int4range, exclude using gist (t with &&))',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, exclude using hash (t with =))' },
  },
  {
    rule: 'exclusion-lacks-key',
    name: 'the key is not among its columns',
    sql: 'create table x (t int, e int, exclude (e with =))',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, e int, exclude (e with =, t with =))' },
  },
];
