/**
 * A schema for each rule that breaks it, and a near miss that does not. Unit tests run the rules over them; the
 * Citus tests apply the same words to a real cluster and compare what it says.
 */
export interface RuleExample {
  readonly rule: string;
  readonly name?: string;
  readonly sql: string;
  readonly design: DesignWords;
  /** Statements after the tables are spread, where Citus speaks only then. */
  readonly afterwards?: string;
  /** Why the server's words are not compared, where a test cluster cannot bring it about. */
  readonly notOnServer?: string;
  /** How many findings of the rule; 1 unless given. */
  readonly findings?: number;
  readonly nearMiss: {
    readonly sql?: string;
    readonly design?: DesignWords;
    readonly afterwards?: string;
    readonly notOnServer?: string;
  };
}

/**
 * Tables in the order in which they are spread: `key` (distributed by it, in the common group), `key in group`,
 * `+key` (a column to be added), `range key`, `reference`, `local`, or `schema` (its schema is distributed).
 */
export type DesignWords = Readonly<Record<string, string>>;

const trigger = "create function f() returns trigger language plpgsql as 'begin return new; end';";
const parent = 'create table p (t int, id int, primary key (t, id));';
const both: DesignWords = { p: 't', c: 't' };
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

export const foreignKeyExamples: readonly RuleExample[] = [
  {
    rule: 'foreign-key-to-local',
    sql: 'create table l (id int primary key); create table x (t int, l int references l)',
    design: { l: 'local', x: 't' },
    nearMiss: { design: { l: 'reference', x: 't' } },
  },
  {
    rule: 'foreign-key-to-local',
    name: 'that a reference table has drawn into the metadata',
    sql: 'create table r (id int primary key); create table l (id int primary key); create table x (t int, r int references r, l int references l)',
    design: { r: 'reference', l: 'local', x: 't' },
    nearMiss: { design: { r: 'reference', l: 'reference', x: 't' } },
  },
  {
    rule: 'foreign-key-from-reference-to-distributed',
    name: 'the reference table is made first',
    sql: 'create table x (t int primary key); create table r (t int references x)',
    design: { r: 'reference', x: 't' },
    nearMiss: { design: { r: 'local', x: 'reference' } },
  },
  {
    rule: 'foreign-key-from-reference-to-distributed',
    sql: 'create table x (t int primary key); create table r (t int references x)',
    design: { x: 't', r: 'reference' },
    nearMiss: { design: { x: 'reference', r: 'reference' } },
  },
  {
    rule: 'foreign-key-from-local-to-distributed',
    sql: 'create table x (t int primary key); create table l (t int references x)',
    design: { x: 't', l: 'local' },
    nearMiss: { design: { x: 'reference', l: 'local' } },
  },
  {
    rule: 'foreign-key-from-reference-to-local-action',
    sql: 'create table l (id int primary key); create table r (l int references l on delete cascade)',
    design: { l: 'local', r: 'reference' },
    nearMiss: {
      sql: 'create table l (id int primary key); create table r (l int references l on delete restrict)',
    },
  },
  {
    rule: 'foreign-key-default-from-sequence',
    sql: 'create table r (id int primary key); create table x (t int, r serial references r on delete set default)',
    design: { r: 'reference', x: 't' },
    nearMiss: {
      sql: 'create table r (id int primary key); create table x (t int, r int default 1 references r on delete set default)',
    },
  },
  {
    rule: 'foreign-key-default-from-sequence',
    name: 'from a local table',
    sql: 'create table r (id int primary key); create table x (t int, r serial references r on update set default)',
    design: { r: 'reference', x: 'local' },
    nearMiss: { design: { r: 'local', x: 'local' } },
  },
  {
    rule: 'foreign-key-not-colocated',
    sql: `${parent} create table c (t int, p int, foreign key (t, p) references p)`,
    design: { p: 't', c: 't in other' },
    nearMiss: { design: both },
  },
  {
    rule: 'foreign-key-lacks-key',
    name: 'neither side holds it',
    sql: 'create table x (t int, id int unique, up int references x (id))',
    design: { x: 't' },
    nearMiss: {
      sql: 'create table x (t int, id int, up int, primary key (t, id), foreign key (t, up) references x)',
    },
  },
  {
    rule: 'foreign-key-lacks-key',
    name: 'other position',
    sql: `${parent} create table c (t int, p int, foreign key (p, t) references p)`,
    design: both,
    nearMiss: { sql: `${parent} create table c (t int, p int, foreign key (t, p) references p)` },
  },
  {
    rule: 'foreign-key-lacks-key',
    name: 'other column in place of the key',
    sql: `${parent} create table c (t int, a int, p int, foreign key (a, p) references p)`,
    design: both,
    nearMiss: { design: { p: 'reference', c: 't' } },
  },
  {
    rule: 'foreign-key-on-delete-sets-key',
    name: 'although the column list spares the key',
    sql: `${parent} create table c (t int, p int, foreign key (t, p) references p on delete set null (p))`,
    design: both,
    nearMiss: {
      sql: `${parent} create table c (t int, p int, foreign key (t, p) references p on delete cascade)`,
    },
  },
  {
    rule: 'foreign-key-on-delete-sets-key',
    name: 'to a reference table',
    sql: 'create table r (id int primary key); create table x (t int references r on delete set null)',
    design: { r: 'reference', x: 't' },
    nearMiss: {
      sql: 'create table r (id int primary key); create table x (t int, r int references r on delete set null)',
    },
  },
  {
    rule: 'foreign-key-on-update-changes-key',
    sql: `${parent} create table c (t int, p int, foreign key (t, p) references p on update cascade)`,
    design: both,
    nearMiss: {
      sql: `${parent} create table c (t int, p int, foreign key (t, p) references p on update restrict)`,
    },
  },
  {
    rule: 'foreign-key-cycle',
    sql: 'create table a (t int, id int, b int, primary key (t, id)); create table b (t int, id int, a int, primary key (t, id), foreign key (t, a) references a); alter table a add foreign key (t, b) references b',
    design: { a: 't', b: 't' },
    nearMiss: {
      sql: 'create table a (t int, id int, up int, primary key (t, id), foreign key (t, up) references a); create table b (t int, id int, a int, primary key (t, id), foreign key (t, a) references a)',
    },
  },
  {
    rule: 'foreign-key-to-reference-table',
    sql: 'create table r (id int primary key); create table x (t int, r int references r)',
    design: { r: 'reference', x: 't' },
    nearMiss: { design: { r: 'reference', x: 'reference' } },
  },
  {
    rule: 'constraint-not-valid',
    sql: 'create table x (t int, a int); alter table x add constraint c check (a > 0) not valid',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, a int); alter table x add constraint c check (a > 0)' },
  },
  {
    rule: 'deferrable-constraint',
    sql: 'create table x (t int, constraint u unique (t) deferrable)',
    design: { x: 't' },
    nearMiss: { sql: 'create table x (t int, constraint u unique (t) deferrable initially deferred)' },
  },
  {
    rule: 'inheritance-beside-reference-table',
    sql: 'create table r (id int primary key); create table b (a int); create table l (r int references r) inherits (b)',
    design: { b: 'local', l: 'local', r: 'reference' },
    nearMiss: { design: { b: 'local', l: 'local', r: 'local' } },
  },
];

export const objectExamples: readonly RuleExample[] = [
  {
    rule: 'trigger-on-distributed-table',
    sql: `create table x (t int); ${trigger} create trigger tr before insert on x for each row execute function f()`,
    design: { x: 't' },
    nearMiss: { design: { x: 'local' } },
  },
  {
    rule: 'trigger-on-distributed-table',
    name: 'on one partition',
    sql: `create table x (t int, d date) partition by range (d); ${days}; ${trigger} create trigger tr before insert on x1 for each row execute function f()`,
    design: { x: 't', x1: 't' },
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
