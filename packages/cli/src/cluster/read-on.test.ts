import { describe, expect, test } from 'vitest';
import { newText, readOn } from './read-on.ts';

test('what a log has gained is what follows the lines seen before', () => {
  expect(newText('a\nb\nc\n', 'a\nb\nc\nd\n')).toBe('d\n');
  expect(newText('a\nb\nc\n', 'b\nc\nd\ne\n')).toBe('d\ne\n');
  expect(newText('a\nb\n', 'a\nb\n')).toBe('');
});

test('a line that was seen half is completed', () => {
  expect(newText('a\nhal', 'a\nhalf\nb\n')).toBe('f\nb\n');
});

test('lines that repeat are not lost', () => {
  expect(newText('x\nx\n', 'x\nx\nx\n')).toBe('x\n');
});

test('where nothing is shared, lines may be missing', () => {
  expect(newText('a\nb\n', 'y\nz\n')).toBeUndefined();
  expect(newText('a\nb\n', '')).toBeUndefined();
  expect(newText('', 'a\n')).toBeUndefined();
});

describe('reading on', () => {
  const lines = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}\n`).join('');
  const tailOf = (log: string) => async (count: number) =>
    `${log
      .split('\n')
      .slice(-count - 1)
      .join('\n')}`;

  test('misses no line, however many were written between two looks', async () => {
    const { gained, end } = await readOn(tailOf(lines(1, 5000)), lines(1, 10));
    expect(gained).toBe(lines(11, 5000));
    expect(await readOn(tailOf(lines(1, 5001)), end)).toMatchObject({ gained: 'line 5001\n' });
  });

  test('takes all of a log that began anew', async () => {
    expect((await readOn(tailOf(lines(6000, 6200)), lines(1, 10))).gained).toBe(lines(6000, 6200));
    expect((await readOn(tailOf(''), lines(1, 10))).gained).toBe('');
  });
});
