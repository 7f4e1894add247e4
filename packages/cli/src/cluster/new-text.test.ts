import { expect, test } from 'vitest';
import { newText } from './new-text.ts';

test('what a log has gained is what follows the lines seen before', () => {
  expect(newText('a\nb\nc\n', 'a\nb\nc\nd\n')).toBe('d\n');
  expect(newText('a\nb\nc\n', 'b\nc\nd\ne\n')).toBe('d\ne\n');
  expect(newText('a\nb\n', 'a\nb\n')).toBe('');
  expect(newText('', 'a\n')).toBe('a\n');
});

test('a line that was seen half is completed', () => {
  expect(newText('a\nhal', 'a\nhalf\nb\n')).toBe('f\nb\n');
});

test('lines that repeat are not lost', () => {
  expect(newText('x\nx\n', 'x\nx\nx\n')).toBe('x\n');
});

test('where nothing is shared, all is new', () => {
  expect(newText('a\nb\n', 'y\nz\n')).toBe('y\nz\n');
});
