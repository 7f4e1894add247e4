import { loadParser } from '@shardwright/sql';
import { beforeAll, expect, test } from 'vitest';
import { CatalogBuilder } from './catalog-builder.ts';

beforeAll(loadParser);

function builderOf(...statements: readonly string[]): CatalogBuilder {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const [index, sql] of statements.entries()) builder.apply({ sql, line: index + 1 });
  return builder;
}

const tablesOf = (builder: CatalogBuilder) => builder.finish().tables.map((table) => table.name);

test('statements that are rolled back are kept verbatim, without effect', () => {
  const catalog = builderOf('BEGIN', 'CREATE TABLE a (id int)', 'CREATE TABLE a (id in', 'ROLLBACK').finish();
  expect(catalog.tables).toEqual([]);
  expect(catalog.verbatim.map(({ node, kind }) => [node, kind])).toEqual([
    ['TransactionStmt', 'session'],
    ['CreateStmt', 'session'],
    ['TransactionStmt', 'session'],
  ]);
  expect(catalog.problems).toMatchObject([{ kind: 'syntax', definition: { line: 3 } }]);
});

test('a transaction of more statements than are held back is rolled back all the same', () => {
  const many = Array.from({ length: 2500 }, (_, index) => `CREATE TABLE t${index} (id int)`);
  expect(tablesOf(builderOf('CREATE TABLE a (id int)', 'BEGIN', ...many, 'ROLLBACK'))).toEqual(['a']);
});

test('rows need the tables of the open transaction; counts of rows that are rolled back are told', () => {
  const builder = builderOf('CREATE TABLE a (id int)', 'BEGIN', 'ALTER TABLE a ADD b int');
  expect(builder.copyTarget({ name: 'a' })?.columns.map(({ name }) => name)).toEqual(['id', 'b']);
  builder.apply({ sql: 'ROLLBACK', line: 9 });
  expect(builder.copyTarget({ name: 'a' })?.columns.map(({ name }) => name)).toEqual(['id']);
  expect(builder.finish().problems).toMatchObject([
    {
      definition: { line: 9 },
      message:
        'ROLLBACK of the transaction of line 2: the rows written in this transaction were counted all the same',
    },
  ]);
});

test('a transaction without an end is taken as committed, and told', () => {
  const catalog = builderOf('BEGIN', 'CREATE TABLE a (id int)').finish();
  expect(catalog.tables).toHaveLength(1);
  expect(catalog.problems).toMatchObject([
    { definition: { line: 1 }, message: 'this transaction is not ended; taken as committed' },
  ]);
});

test('a new connection ends the transaction', () => {
  const builder = builderOf('BEGIN', 'SET search_path = nowhere');
  builder.applyPsql({ text: '\\c', line: 3 });
  builder.apply({ sql: 'CREATE TABLE a (id int)', line: 4 });
  builder.apply({ sql: 'ROLLBACK', line: 5 });
  expect(tablesOf(builder)).toEqual(['a']);
});

test('what was told of a statement is told again when later ones are undone', () => {
  const catalog = builderOf(
    'CREATE TABLE app.a (id int)',
    'CREATE TABLE app.a (id int)',
    'ALTER TABLE app.a ADD b int, ADD c int, ADD b int',
  ).finish();
  expect(catalog.tables[0]?.columns.map(({ name }) => name)).toEqual(['id']);
  expect(catalog.problems.map(({ definition, message }) => [definition.line, message])).toEqual([
    [1, 'schema "app" does not exist; taken as existing'],
    [2, 'relation "a" already exists'],
    [3, 'column "b" of relation "a" already exists'],
  ]);
});
