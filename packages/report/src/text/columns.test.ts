import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignColumns, displayWidth, truncate, wrap } from './columns.ts';

describe('columns', () => {
  it('counts East Asian characters and emoji as two cells', () => {
    expect(displayWidth('orders')).toBe(6);
    expect(displayWidth('注文')).toBe(4);
    expect(displayWidth('café')).toBe(4);
    expect(displayWidth('🙂')).toBe(2);
  });

  it('truncates to the width it is given, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(Math.max(width, 1));
      }),
    );
  });

  it('wraps without losing a word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 12, max: 60 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('aligns numbers to the right and leaves out columns without a value', () => {
    const lines = alignColumns(
      [{ title: 'Table' }, { title: 'Rows', align: 'right' }, { title: 'Skew' }],
      [
        ['orders', '12', ''],
        ['companies', '7', ''],
      ],
      80,
    );
    expect(lines).toEqual(['Table      Rows', 'orders       12', 'companies     7']);
  });

  it('takes width from the last column that shrinks first', () => {
    const lines = alignColumns(
      [
        { title: 'Table', shrinks: true },
        { title: 'Remarks', shrinks: true },
      ],
      [['a'.repeat(20), 'b'.repeat(30)]],
      40,
    );
    expect(lines[1]).toBe(`${'a'.repeat(20)}  ${'b'.repeat(17)}…`);
  });

  it('keeps a number and its per cent on one line', () => {
    expect(wrap('almost 100 % of it', 10)).toEqual(['almost', '100 % of', 'it']);
  });
});
