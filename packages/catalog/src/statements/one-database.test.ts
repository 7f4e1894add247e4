import { InputError } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../model/catalog.ts';
import { CatalogBuilder } from './catalog-builder.ts';

beforeAll(loadParser);

function build(...lines: readonly string[]): Catalog {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'all.sql' });
  for (const [index, text] of lines.entries()) {
    if (text.startsWith('\\')) builder.applyPsql({ text, line: index + 1 });
    else builder.apply({ sql: text, line: index + 1 });
  }
  return builder.finish();
}

function captured(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

const table = (name: string) => `CREATE TABLE ${name} (id int)`;

describe('a dump of several databases', () => {
  test('is refused where the second one with objects begins', () => {
    const all = ['CREATE ROLE joe', '\\connect template1', '\\connect app', table('a'), '\\connect shop'];
    const error = captured(() => build(...all, 'SET row_security = off', table('b')));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      message: 'all.sql:5: this dump holds more than one database: here “shop” follows “app”',
      position: { input: 'all.sql', line: 5 },
    });
  });

  test('is read when only one of them holds objects; what the others say is kept verbatim', () => {
    const catalog = build(
      '\\connect template1',
      '\\connect app',
      table('a'),
      '\\connect postgres',
      'CREATE EXTENSION pg_stat_statements',
      "COMMENT ON EXTENSION pg_stat_statements IS 'x'",
      '\\connect app',
      table('b'),
    );
    expect(catalog.tables.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([catalog.extensions, catalog.comments, catalog.problems]).toEqual([[], [], []]);
    expect(catalog.verbatim.map(({ definition }) => definition.line)).toEqual([1, 2, 4, 5, 6, 7]);
  });

  test('a file that makes a database after it made tables goes on elsewhere', () => {
    expect(() => build(table('a'), 'CREATE DATABASE shop', '\\c shop', table('b'))).toThrow('one before it');
    expect(build(table('a'), '\\c shop', table('b')).tables).toHaveLength(2);
  });
});

test('another user of the same database works in the schema of that name', () => {
  const catalog = build(
    'CREATE SCHEMA AUTHORIZATION user_service',
    '\\c citus user_service',
    table('users'),
    '\\c citus guest',
    table('visits'),
    'CREATE SCHEMA AUTHORIZATION CURRENT_USER',
    table('plans'),
  );
  expect(catalog.tables.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual([
    'guest.plans',
    'public.visits',
    'user_service.users',
  ]);
  expect(catalog.problems).toEqual([]);
});
