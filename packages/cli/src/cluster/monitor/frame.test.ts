import { expect, test } from 'vitest';
import { frame } from './frame.ts';

test('a frame draws over the one before and erases what is left of it', () => {
  expect(frame('one\ntwo\n', 10)).toBe('\u001b[Hone\u001b[K\ntwo\u001b[K\n\u001b[J');
});

test('a frame never scrolls the terminal, and says what did not fit', () => {
  const lines = frame('1\n2\n3\n4\n5\n6\n', 4).replaceAll('\u001b[K', '').split('\n');
  expect(lines.slice(0, -1)).toEqual(['\u001b[H1', '2', '… 4 lines more: make the window taller']);
  expect(frame('1\n2\n3\n', 4)).not.toContain('taller');
});

test('a terminal that does not know its height gets all', () => {
  expect(frame('1\n2\n3\n', undefined).split('\n')).toHaveLength(4);
});
