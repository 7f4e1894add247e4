import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseName, clipToBytes, indexColumnNames, joinColumnNames, makeObjectName } from './naming.ts';

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

test('a made name fits in 63 bytes and keeps its label whole', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ maxLength: 80 }),
      (table, column) => {
        const name = makeObjectName(table, column, 'fkey');
        expect(byteLength(name)).toBeLessThanOrEqual(63);
        expect(name.endsWith('_fkey')).toBe(true);
      },
    ),
  );
});

test('clipping never cuts a character in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, bytes) => {
      const clipped = clipToBytes(text, bytes);
      expect(text.startsWith(clipped)).toBe(true);
      expect(byteLength(clipped)).toBeLessThanOrEqual(bytes);
      expect(clipped).not.toContain('\u{fffd}');
    }),
  );
});

test('the longer of two names gives way first', () => {
  expect(makeObjectName('t'.repeat(60), 'c', 'key')).toBe(`${'t'.repeat(57)}_c_key`);
});

test('a taken name gets the next number behind its label', () => {
  const taken = new Set(['t_a_check', 't_a_check1']);
  expect(chooseName({ name1: 't', name2: 'a', label: 'check' }, (name) => taken.has(name))).toBe(
    't_a_check2',
  );
});

test('repeated expression names are numbered', () => {
  expect(indexColumnNames(['lower', 'lower', 'expr', 'lower'])).toEqual([
    'lower',
    'lower1',
    'expr',
    'lower2',
  ]);
});

test('joining stops once a name is full', () => {
  expect(joinColumnNames(['a'.repeat(40), 'b'.repeat(40), 'c'])).toBe(`${'a'.repeat(40)}_${'b'.repeat(40)}`);
});
