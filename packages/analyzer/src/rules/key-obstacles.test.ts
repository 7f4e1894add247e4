import type { Catalog, Column, ColumnStatistics, Table } from '@shardwright/catalog';
import { beforeAll, expect, test } from 'vitest';
import { catalogOf, prepareCatalogs } from './catalog-of.test-support.ts';
import { designOf } from './design-words.test-support.ts';
import { type KeyObstacle, keyObstacles } from './key-obstacles.ts';
import { runRules } from './run-rules.ts';

beforeAll(prepareCatalogs);

function obstacles(sql: string, nullShare?: number): readonly KeyObstacle[] {
  const catalog = measured(catalogOf(sql), nullShare);
  const [table] = catalog.tables;
  const column = table?.columns.find((one: Column) => one.name === 'k');
  if (table === undefined || column === undefined) throw new Error('the schema has no column k');
  return keyObstacles(catalog, table, column);
}

/** The catalog as if the column k of its first table had been measured. */
function measured(catalog: Catalog, nullShare: number | undefined): Catalog {
  if (nullShare === undefined) return catalog;
  const statistics: ColumnStatistics = {
    provenance: 'exact',
    distinct: 10,
    nullShare,
    averageWidthBytes: 4,
    heavyHitters: [],
  };
  const withStatistics = (table: Table): Table => ({
    ...table,
    statistics: {
      rows: 100,
      rowsProvenance: 'exact',
      bytes: 1000,
      sampledRows: 100,
      columns: { k: statistics },
    },
  });
  return { ...catalog, tables: catalog.tables.map(withStatistics) };
}

test('a NOT NULL column of a plain type has nothing against it', () => {
  for (const type of [
    'int',
    'bigint',
    'text',
    'uuid',
    'varchar(20)',
    'numeric(10)',
    'date',
    'timestamptz',
    'inet',
  ])
    expect(obstacles(`create table x (k ${type} not null)`)).toEqual([]);
});

test('rows without a value are a hard obstacle, a mere lack of NOT NULL a soft one', () => {
  expect(obstacles('create table x (k int)', 0.25)).toEqual([
    {
      kind: 'hard',
      rule: 'key-has-nulls',
      reason: '25 % of the rows have no k.',
      citusMessage: 'the partition column of table public.x cannot be NULL',
    },
  ]);
  expect(obstacles('create table x (k int)', 0)).toMatchObject([{ kind: 'soft', weight: 'low' }]);
  expect(obstacles('create table x (k int)')).toMatchObject([{ kind: 'soft', weight: 'medium' }]);
});

test('a primary key makes its columns NOT NULL', () => {
  expect(obstacles('create table x (k int, id int, primary key (id, k))')).toEqual([]);
});

test('all obstacles of a column are told, hard ones first', () => {
  const found = obstacles('create table x (a float8, k float8 generated always as (a * 2) stored)');
  expect(found.map(({ kind, rule }) => [kind, rule])).toEqual([
    ['hard', 'key-generated'],
    ['soft', 'key-floating-point'],
    ['soft', 'key-nullable'],
  ]);
});

test('types of known extensions are judged by what the extension brings', () => {
  const rulesOf = (sql: string): readonly string[] => obstacles(sql).map(({ rule }) => rule);
  expect(rulesOf('create extension vector; create table x (k vector(3) not null)')).toEqual([
    'key-type-without-hash',
  ]);
  expect(rulesOf('create extension citext; create table x (k citext not null)')).toEqual([]);
});

test('key-has-nulls is a finding of the design that distributes by such a column, and of no other', () => {
  const catalog = measured(catalogOf('create table x (k int, t int not null)'), 0.0004);
  const found = (column: string) =>
    runRules({ catalog, design: designOf({ x: column }, catalog) }).filter(
      ({ rule }) => rule === 'key-has-nulls',
    );
  expect(found('k')).toMatchObject([
    { message: 'Distribution column x.k: less than 0.1 % of the rows have no k.', severity: 'error' },
  ]);
  expect(found('t')).toEqual([]);
});
