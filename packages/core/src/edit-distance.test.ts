import { expect, test } from 'vitest';
import { editDistance } from './edit-distance.ts';

test.each([
  ['orders', 'orders', 0],
  ['orders', 'order', 1],
  ['ordres', 'orders', 1],
  ['oders', 'orders', 1],
  ['ordera', 'orders', 1],
  ['', 'orders', 6],
  ['ca', 'abc', 3],
])('from %s to %s it is %i', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});
