import { hashValue, shardIndex } from '@shardwright/hashing';
import { expect, test } from 'vitest';
import type { ParameterType } from './parameter-types.ts';
import { sampleValues } from './sample-values.ts';

const parameter = (base: string, category: string, rest: Partial<ParameterType> = {}): ParameterType => ({
  type: base,
  base,
  category,
  element: null,
  elementCategory: null,
  labels: [],
  ...rest,
});
const apart = { different: true, shardCount: 4 };
const literalText = (sql: string): string => /^'(.*)'::/.exec(sql)?.[1] ?? '';

test.each([
  ['int8', 'N'],
  ['text', 'S'],
  ['uuid', 'U'],
  ['date', 'D'],
  ['timestamptz', 'D'],
])('different values of %s lie on as many shards as there are', (base, category) => {
  const values = sampleValues(
    [1, 2, 3, 4].map(() => parameter(base, category)),
    apart,
  );
  const shards = values.map((sql) => shardIndex(hashValue(base, literalText(sql)) ?? Number.NaN, 4));
  expect(new Set(shards)).toEqual(new Set([0, 1, 2, 3]));
});

test('equal values are one value per type', () => {
  const types = [parameter('int8', 'N'), parameter('text', 'S'), parameter('int8', 'N')];
  const [first, text, last] = sampleValues(types, { ...apart, different: false });
  expect(last).toBe(first);
  expect(text).toMatch(/::text$/);
});

test('arrays have two elements, and what cannot be guessed is NULL', () => {
  const array = parameter('_int8', 'A', { type: 'bigint[]', element: 'int8', elementCategory: 'N' });
  const documents = parameter('_jsonb', 'A', { element: 'jsonb', elementCategory: 'U' });
  const values = sampleValues([array, documents, parameter('pair', 'C'), parameter('regclass', 'N')], apart);
  expect(values).toEqual([
    `'{"1","2"}'::bigint[]`,
    String.raw`E'{"{\\"n\\": 1}","{\\"n\\": 2}"}'::_jsonb`,
    'NULL::pair',
    'NULL::regclass',
  ]);
});

test('enums take their labels', () => {
  const mood = parameter('mood', 'E', { labels: ['ok', "it's"] });
  expect(sampleValues([mood, mood, mood], apart)).toEqual(["'ok'::mood", "'it''s'::mood", "'ok'::mood"]);
});
