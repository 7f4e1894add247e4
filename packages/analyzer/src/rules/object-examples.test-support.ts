import type { RuleExample } from './rule-example.test-support.ts';

const days = "create table x1 partition of x for values from ('2026-01-01') to ('2027-01-01')";

export const objectExamples: readonly RuleExample[] = [
  {
    rule: 'object-not-propagated',
    sql: "create table x (t int); create function gt(int, int) returns bool immutable language sql as 'select $1 > $2'; create operator ### (leftarg = int, rightarg = int, function = gt); create type e as enum ('a'); create function ce(e) returns int immutable language sql as 'select 1'; create cast (e as int) with function ce(e); create operator family fam using btree; create conversion cv for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1",
    design: { x: 't' },
    findings: 4,
    nearMiss: {
      sql: 'create table x (t int); create collation cc from "C"; create text search dictionary td (template = simple); create text search configuration tc (copy = simple); create aggregate ag (int) (sfunc = int4pl, stype = int)',
    },
  },
  {
    rule: 'comment-not-propagated',
    sql: "create table x (t int); comment on table x is 'a table'",
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'materialized-view-on-coordinator',
    sql: 'create table x (t int); create materialized view v as select count(*) from x',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int); create view v as select count(*) from x' },
  },
  {
    rule: 'publication-of-distributed-table',
    sql: 'create table x (t int primary key); create publication pu for table x',
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'replica-identity-missing',
    sql: 'create table x (t int)',
    design: { x: 't' },
    afterwards:
      "select citus_move_shard_placement(shardid, nodename, nodeport, n.name, n.port, 'auto') from (select * from citus_shards where table_name = 'x'::regclass limit 1) s, lateral (select pg_dist_node.nodename as name, pg_dist_node.nodeport as port from pg_dist_node where shouldhaveshards and (pg_dist_node.nodename, pg_dist_node.nodeport) <> (s.nodename, s.nodeport) limit 1) n",
    nearMiss: { sql: 'create table x (t int primary key)' },
  },
  {
    rule: 'default-privileges-not-propagated',
    sql: 'create table x (t int); alter default privileges grant select on tables to public',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int); grant select on x to public' },
  },
  {
    rule: 'extension-on-every-node',
    sql: 'create table x (t int); create extension if not exists hstore',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int)' },
  },
  {
    rule: 'reserved-name',
    name: 'schema',
    sql: 'create schema citus',
    design: {},
    nearMiss: { sql: 'create schema cytrus' },
  },
  {
    rule: 'reserved-name',
    name: 'view',
    sql: 'create table citus_tables (a int)',
    design: {},
    nearMiss: { sql: 'create schema s; create table s.citus_tables (a int)' },
  },
  {
    rule: 'check-reads-tables',
    sql: "create table y (t int); create function seen(int) returns bool stable language plpgsql as 'begin return exists (select from public.y where y.t = $1); end'; create table x (t int, constraint c check (seen(t)))",
    design: { y: 't', x: 't' },
    nearMiss: {
      sql: "create table y (t int); create function positive(int) returns bool immutable language plpgsql as 'begin return $1 > 0; end'; create table x (t int, constraint c check (positive(t)))",
    },
  },
  {
    rule: 'policy-reads-tables',
    sql: "create table y (t int); create function mine(int) returns bool stable security definer language sql as 'select exists (select from public.y where y.t = $1)'; create table x (t int); create policy po on x using (mine(t))",
    design: { y: 'reference', x: 't' },
    nearMiss: { sql: 'create table x (t int); create policy po on x using (abs(t) > 1)', design: { x: 't' } },
  },
  {
    rule: 'view-reads-tables-in-function',
    sql: "create table y (t int); create function seen(int) returns bool stable language plpgsql as 'begin return exists (select from public.y where y.t = $1); end'; create table x (t int); create view v as select t, seen(t) from x",
    design: { y: 't', x: 't' },
    nearMiss: { design: { y: 't', x: 'local' } },
  },
  {
    rule: 'partition-refers-to-reference-table',
    sql: `create table r (id int primary key); create table x (t int, d date) partition by range (d); ${days}; alter table x1 add constraint fr foreign key (t) references r`,
    design: { x: 'local', x1: 'local', r: 'reference' },
    nearMiss: {
      sql: `create table r (id int primary key); create table x (t int references r, d date) partition by range (d); ${days}`,
    },
  },
  {
    rule: 'foreign-key-from-managed-local-to-distributed',
    sql: 'create table r (id int primary key); create table x (t int primary key); create table l (r int references r, t int constraint fx references x)',
    design: { r: 'reference', x: 't', l: 'local' },
    nearMiss: { design: { r: 'local', x: 't', l: 'local' } },
  },
  {
    rule: 'inheritance-beside-reference-table',
    name: 'over another local table',
    sql: 'create table r (id int primary key); create table m (id int primary key, r int references r); create table b (a int); create table l (m int references m) inherits (b)',
    design: { r: 'reference', m: 'local', b: 'local', l: 'local' },
    nearMiss: { design: { r: 'local', m: 'local', b: 'local', l: 'local' } },
  },
  {
    rule: 'unsupported-type',
    name: 'in a local table that refers to a reference table',
    sql: 'create table r (id int primary key); create type ir as range (subtype = int); create table l (r int references r, i ir)',
    design: { r: 'reference', l: 'local' },
    nearMiss: {
      sql: 'create table r (id int primary key); create type ir as range (subtype = int); create table l (r int, i ir)',
    },
  },
  {
    rule: 'sequences-in-one-default',
    name: 'in a local table that refers to a reference table',
    sql: "create table r (id int primary key); create sequence s1; create sequence s2; create table l (r int references r, a bigint default nextval('s1') + nextval('s2'))",
    design: { r: 'reference', l: 'local' },
    nearMiss: { design: { r: 'local', l: 'local' } },
  },
  {
    rule: 'policy-with-subquery',
    name: 'on a local table that refers to a reference table',
    sql: 'create table r (id int primary key); create table l (r int references r); create policy po on l using (r in (select 1))',
    design: { r: 'reference', l: 'local' },
    nearMiss: { design: { r: 'local', l: 'local' } },
  },
  {
    rule: 'row-type-column',
    name: 'in a local table that refers to a reference table',
    sql: 'create table r (id int primary key); create table o (a int); create table l (r int references r, o o)',
    design: { r: 'reference', o: 'local', l: 'local' },
    nearMiss: { design: { r: 'local', o: 'local', l: 'local' } },
  },
  {
    rule: 'check-uses-whole-row',
    sql: "create table x (t int, a int, check (x is not null and a::text <> 'x'))",
    design: { x: 't' },
    nearMiss: { sql: "create table x (t int, a int, check (x.a > 0 and a::text <> ' x '))" },
  },
  {
    rule: 'index-operator-not-propagated',
    name: 'operator class',
    sql: 'create operator class oc for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int); create table x (t int, a int); create index i on x (a oc)',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, a text); create index i on x (a text_pattern_ops)' },
  },
  {
    rule: 'index-operator-not-propagated',
    name: 'operator',
    sql: "create function gt(int, int) returns bool immutable language sql as 'select $1 > $2'; create operator #%# (leftarg = integer, rightarg = integer, function = gt); create table x (t int, a int); create index i on x (t) where a #%# 3",
    design: { x: 't' },
    nearMiss: {
      sql: "create function gt(int, int) returns bool immutable language sql as 'select $1 > $2'; create operator #%# (leftarg = integer, rightarg = integer, function = gt); create table x (t int, a int); create index i on x (t) where a > 3",
    },
  },
  {
    rule: 'table-access-method',
    sql: 'create table x (t int) using columnar',
    design: { x: 't' },
    notOnServer: 'needs an extension with an access method',
    nearMiss: { sql: 'create table x (t int) using heap' },
  },
];
