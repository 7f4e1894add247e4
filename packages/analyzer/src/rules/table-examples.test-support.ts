import type { RuleExample } from './rule-example.test-support.ts';

const trigger = "create function f() returns trigger language plpgsql as 'begin return new; end';";
const days = "create table x1 partition of x for values from ('2026-01-01') to ('2027-01-01')";

export const tableExamples: readonly RuleExample[] = [
  {
    rule: 'trigger-on-distributed-table',
    sql: `create table x (t int); ${trigger} create trigger tr before insert on x for each row execute function f()`,
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'trigger-on-distributed-table',
    name: 'on one partition, which follows its parent without being named',
    sql: `create table x (t int, d date) partition by range (d); ${days}; ${trigger} create trigger tr before insert on x1 for each row execute function f()`,
    design: { x: 't' },
    nearMiss: { sql: `create table x (t int, d date) partition by range (d); ${days}` },
  },
  {
    rule: 'trigger-on-distributed-table',
    name: 'in a distributed schema',
    sql: `create schema s; create table s.x (t int); ${trigger} create trigger tr before insert on s.x for each row execute function f()`,
    design: { 's.x': 'schema' },
    nearMiss: { sql: 'create schema s; create table s.x (t int)' },
  },
  {
    rule: 'trigger-on-reference-table',
    sql: `create table x (t int); ${trigger} create trigger tr after update on x for each row execute function f()`,
    design: { x: 'reference' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'rewrite-rule',
    sql: 'create table x (t int); create rule ru as on delete to x do instead nothing',
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'policy-with-subquery',
    sql: 'create table x (t int); create policy po on x using (t in (select 1))',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int); create policy po on x using (t in (1))' },
  },
  {
    rule: 'policy-with-subquery',
    name: 'in WITH CHECK, on a reference table',
    sql: 'create table x (t int); create policy po on x with check (exists (select 1))',
    design: { x: 'reference' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'policy-reads-setting',
    sql: "create table x (t int); create policy po on x using (t = current_setting('app.t')::int)",
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t text); create policy po on x using (t = current_user)' },
  },
  {
    rule: 'inherited-table',
    name: 'child',
    sql: 'create table b (t int); create table x () inherits (b)',
    design: { b: 'local', x: 't' },
    nearMiss: { sql: 'create table b (t int); create table x (like b)' },
  },
  {
    rule: 'inherited-table',
    name: 'parent, in a distributed schema',
    sql: 'create schema s; create table s.b (t int); create table s.x () inherits (s.b)',
    design: { 's.b': 'schema', 's.x': 'schema' },
    findings: 2,
    nearMiss: { design: { 's.b': 'local', 's.x': 'local' } },
  },
  {
    rule: 'foreign-table',
    sql: "create extension if not exists file_fdw; create server fs foreign data wrapper file_fdw; create foreign table x (t int) server fs options (program 'true')",
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'foreign-table',
    name: 'in a distributed schema',
    sql: "create schema s; create extension if not exists file_fdw; create server fs foreign data wrapper file_fdw; create foreign table s.x (t int) server fs options (program 'true')",
    design: { 's.x': 'schema' },
    nearMiss: { design: { 's.x': 'local' } },
  },
  {
    rule: 'temporary-table',
    sql: 'create temporary table x (t int)',
    design: { 'pg_temp.x': 't' },
    nearMiss: { design: { 'pg_temp.x': 'local' } },
  },
  {
    rule: 'unlogged-table',
    sql: 'create unlogged table x (t int)',
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'multi-level-partitioning',
    sql: `create table x (t int, d date) partition by range (d); ${days} partition by hash (t)`,
    design: { x: 't', x1: 't' },
    nearMiss: { sql: `create table x (t int, d date) partition by range (d); ${days}` },
  },
  {
    rule: 'lone-partition',
    sql: `create table x (t int, d date) partition by range (d); ${days}`,
    design: { x: 'local', x1: 't' },
    nearMiss: { design: { x: 't', x1: 't' } },
  },
  {
    rule: 'partitioned-reference-table',
    sql: `create table x (t int, d date) partition by range (d); ${days}`,
    design: { x: 'reference', x1: 'reference' },
    nearMiss: { design: { x: 't', x1: 't' } },
  },
  {
    rule: 'partitioned-reference-table',
    name: 'nor can range-distributed ones be partitioned',
    sql: 'create table x (t int, d date) partition by range (d)',
    design: { x: 'range t' },
    nearMiss: { design: { x: 't' } },
  },
  {
    rule: 'range-distribution',
    sql: 'create table x (t int)',
    design: { x: 'range t' },
    nearMiss: { design: { x: 't' } },
  },
];
