import { beforeAll, expect, test } from 'vitest';
import { catalogOf, prepareCatalogs } from './catalog-of.test-support.ts';
import { designOf } from './design-words.test-support.ts';
import type { ForeignKeyOutcome } from './foreign-key-outcome.ts';
import type { DesignWords } from './rule-example.test-support.ts';
import { runRules } from './run-rules.ts';
import { ruleSubject } from './subject.ts';

beforeAll(prepareCatalogs);

const ids =
  'create table p (id int primary key, t int); create table c (id int primary key, t int, p int references p';

function outcome(sql: string, words: DesignWords): ForeignKeyOutcome | undefined {
  const catalog = catalogOf(sql);
  expect(catalog.problems).toEqual([]);
  return ruleSubject(catalog, designOf(words, catalog)).foreignKeys[0]?.outcome;
}

function remedies(sql: string, words: DesignWords, rule: string): readonly string[] {
  const catalog = catalogOf(sql);
  return runRules({ catalog, design: designOf(words, catalog) })
    .filter((finding) => finding.rule === rule)
    .map((finding) => finding.remedy);
}

test('a foreign key between co-located tables is extended by both distribution columns', () => {
  expect(outcome(`${ids} on delete cascade)`, { p: 't', c: 't' })).toEqual({
    kind: 'changed',
    rules: ['foreign-key-lacks-key'],
    columns: ['t', 'p'],
    referencedColumns: ['t', 'id'],
    lostActions: [],
  });
  expect(remedies(`${ids} on delete cascade)`, { p: 't', c: 't' }, 'foreign-key-lacks-key')).toEqual([
    'ALTER TABLE c DROP CONSTRAINT c_p_fkey, ADD CONSTRAINT c_p_fkey FOREIGN KEY (t, p) REFERENCES p (t, id) ON DELETE CASCADE;',
  ]);
});

test('columns that are still to be added extend it as well', () => {
  const parentOnly = 'create table p (id int primary key); create table c (p int references p)';
  expect(outcome(parentOnly, { p: '+tenant', c: '+tenant' })).toMatchObject({
    kind: 'changed',
    columns: ['tenant', 'p'],
    referencedColumns: ['tenant', 'id'],
  });
});

test('an extended foreign key loses the actions that would change the distribution column', () => {
  const sql = `${ids} on delete set null on update cascade)`;
  expect(outcome(sql, { p: 't', c: 't' })).toMatchObject({
    kind: 'changed',
    rules: ['foreign-key-lacks-key', 'foreign-key-on-delete-sets-key', 'foreign-key-on-update-changes-key'],
    lostActions: ['on-delete', 'on-update'],
  });
});

test('MATCH FULL is not kept by an extended foreign key, for the key is never NULL', () => {
  const sql = `${ids} match full)`;
  expect(remedies(sql, { p: 't', c: 't' }, 'foreign-key-lacks-key')).toEqual([
    'ALTER TABLE c DROP CONSTRAINT c_p_fkey, ADD CONSTRAINT c_p_fkey FOREIGN KEY (t, p) REFERENCES p (t, id);',
  ]);
});

test('distributed by the columns that it pairs, a foreign key stays as it is', () => {
  expect(outcome(`${ids})`, { p: 'id', c: 'p' })).toMatchObject({ kind: 'kept', rules: [] });
});

test('pairing the key with another column cannot be mended by an extension', () => {
  expect(outcome(`${ids})`, { p: 'id', c: 't' })).toMatchObject({ kind: 'dropped' });
  expect(outcome(`${ids})`, { p: 't', c: 'p' })).toMatchObject({ kind: 'dropped' });
});

test('towards a reference table it stays whatever it contains', () => {
  expect(outcome(`${ids} on delete set null)`, { p: 'reference', c: 't' })).toMatchObject({ kind: 'kept' });
  expect(outcome(`${ids} on delete set null)`, { p: 'reference', c: 'p' })).toMatchObject({
    kind: 'changed',
    lostActions: ['on-delete'],
  });
});

test('range-distributed tables are never co-located, not even with themselves', () => {
  const sql = 'create table x (t int primary key, up int references x)';
  expect(outcome(sql, { x: 'range t' })).toMatchObject({
    kind: 'dropped',
    rules: ['foreign-key-not-colocated'],
  });
});

test('within a distributed schema foreign keys stay as they are', () => {
  const sql =
    'create schema s; create table s.p (id int primary key); create table s.c (p int references s.p on delete set null)';
  expect(outcome(sql, { 's.p': 'schema', 's.c': 'schema' })).toMatchObject({ kind: 'kept' });
});
