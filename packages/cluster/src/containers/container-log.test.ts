import { expect, test } from 'vitest';
import { lastLines, readContainerLog } from './container-log.ts';

function frame(stream: 1 | 2, payload: Buffer): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

test('the frames of both output streams become one text, a character across two of them too', () => {
  const text = Buffer.from('größer\n');
  const cut = text.indexOf(0xc3) + 1;
  const frames = [
    frame(1, Buffer.from('one\n')),
    frame(2, text.subarray(0, cut)),
    frame(2, text.subarray(cut)),
  ];
  expect(readContainerLog(Buffer.concat(frames))).toBe('one\ngrößer\n');
});

test('an empty log is no text', () => {
  expect(readContainerLog(Buffer.alloc(0))).toBe('');
});

test.each([
  ['a\nb\nc\n', 'b\nc\n'],
  ['a\nb\nc', 'b\nc'],
  ['c\n', 'c\n'],
])('of %j the last two lines are %j', (text, expected) => {
  expect(lastLines(text, 2)).toBe(expected);
});
