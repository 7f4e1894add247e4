import type { DesignWords, RuleExample } from './rule-example.test-support.ts';

const parent = 'create table p (t int, id int, primary key (t, id));';
const both: DesignWords = { p: 't', c: 't' };

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
