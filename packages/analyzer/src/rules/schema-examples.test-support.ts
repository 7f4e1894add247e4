import type { RuleExample } from './rule-example.test-support.ts';

export const schemaExamples: readonly RuleExample[] = [
  {
    rule: 'schema-foreign-key',
    name: 'leaves',
    sql: 'create schema s; create table r (id int primary key); create table s.x (r int constraint fr references r)',
    design: { r: 'local', 's.x': 'schema' },
    nearMiss: { design: { r: 'reference', 's.x': 'schema' } },
  },
  {
    rule: 'schema-foreign-key',
    name: 'enters',
    sql: 'create schema s; create table s.x (id int primary key); create table l (x int constraint fr references s.x)',
    design: { 's.x': 'schema', l: 'local' },
    nearMiss: { design: { 's.x': 'local', l: 'local' } },
  },
  {
    rule: 'schema-not-distributable',
    name: 'public',
    sql: 'create table x (id int)',
    design: { x: 'schema' },
    nearMiss: { sql: 'create schema s; create table s.x (id int)', design: { 's.x': 'schema' } },
  },
  {
    rule: 'schema-not-distributable',
    name: 'with an extension',
    sql: 'create schema s; create extension pg_trgm schema s; create table s.x (id int)',
    design: { 's.x': 'schema' },
    nearMiss: { sql: 'create schema s; create table s.x (id int)' },
  },
  {
    rule: 'schema-partition-elsewhere',
    sql: `create schema s; create table s.x (d date) partition by range (d); create table x1 partition of s.x for values from ('2026-01-01') to ('2027-01-01')`,
    design: { 's.x': 'schema', x1: 'local' },
    nearMiss: {
      sql: `create schema s; create table s.x (d date) partition by range (d); create table s.x1 partition of s.x for values from ('2026-01-01') to ('2027-01-01')`,
      design: { 's.x': 'schema', 's.x1': 'schema' },
    },
  },
];
