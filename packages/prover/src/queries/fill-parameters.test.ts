import { loadParser } from '@shardwright/sql';
import { beforeAll, expect, test } from 'vitest';
import { fillParameters } from './fill-parameters.ts';

beforeAll(loadParser);

test.each([
  ['SELECT $1, $2', "SELECT ('a'), ('b')"],
  ['SELECT x[$1], $10', "SELECT x[('a')], ($10)"],
  [
    'SELECT \'é $1\', $$ $1 $$, "$1" /* $1 */ -- $1\n, $1::int',
    "SELECT 'é $1', $$ $1 $$, \"$1\" /* $1 */ -- $1\n, ('a')::int",
  ],
])('only parameters become values: %s', (sql, filled) => {
  expect(fillParameters(sql, ["'a'", "'b'"])).toBe(filled);
});

test('a statement without values stays as it is', () => {
  expect(fillParameters('SELECT $1', [])).toBe('SELECT $1');
});
