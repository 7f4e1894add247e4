import { InputError } from '@shardwright/core';
import { expect, test } from 'vitest';
import { planFacts } from './read-plan.ts';

const table = { schema: 'public', name: 'orders' };
const load = {
  source: table,
  target: table,
  columns: [{ name: 'id' }],
  select: 'SELECT t.id\nFROM orders AS t',
};
const plan = {
  planVersion: '1.0',
  loads: [{ ...load, isPlaced: 't.id IS NOT NULL' }],
  changes: [{ table, object: 'id', kind: 'column-type', what: '', why: '' }],
  leftOut: [{ object: 'trigger touching', why: '', instead: '' }],
  steps: [{ apply: ['CREATE TABLE orders (id bigint)'] }, { apply: [] }],
};

test('a plan is read for what a verification needs of it, and for nothing else', () => {
  expect(planFacts(JSON.stringify({ ...plan, tables: 'not looked at' }), 'plan.json')).toEqual({
    loads: plan.loads,
    changes: [{ table, object: 'id', kind: 'column-type' }],
    leftOut: ['trigger touching'],
    statements: ['CREATE TABLE orders (id bigint)'],
  });
});

test.each([
  ['no JSON', '{', /no JSON object/],
  ['another version', JSON.stringify({ ...plan, planVersion: '2.0' }), /planVersion/],
  ['no loads', JSON.stringify({ ...plan, loads: undefined }), /it has no loads/],
  [
    'a load without a query',
    JSON.stringify({ ...plan, loads: [load, { ...load, select: 7 }] }),
    /loads\[1\] lacks/,
  ],
  ['a step without statements', JSON.stringify({ ...plan, steps: [{}] }), /steps\[0\] lacks/],
])('%s is refused with the place', (_what, text, message) => {
  expect(() => planFacts(text, 'plan.json')).toThrow(InputError);
  expect(() => planFacts(text, 'plan.json')).toThrow(message);
});
