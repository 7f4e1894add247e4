import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatExact, formatShare, plural } from './quantity.ts';

describe('quantities', () => {
  it('keeps three figures', () => {
    expect(formatCount(412)).toBe('412');
    expect(formatCount(88_000)).toBe('88.0 k');
    expect(formatBytes(1_480_000_000)).toBe('1.48 GB');
    expect(formatBytes(999_700)).toBe('1.00 MB');
    expect(formatBytes(0)).toBe('0 B');
  });

  it('never prints four figures before the unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (count) => {
        expect(formatBytes(count)).toMatch(/^\d{1,3}(\.\d+)? (B|kB|MB|GB|TB|PB)$|^\d{4,} PB$/);
      }),
    );
  });

  it('writes shares so that little is not nothing and nearly all is not all', () => {
    const shares = [0, 0.0004, 0.002, 0.0455, 0.09, 0.5, 0.636, 0.996, 0.9996, 1];
    expect(shares.map(formatShare).join(', ')).toBe(
      '0 %, < 0.1 %, 0.2 %, 4.5 %, 9 %, 50 %, 64 %, 99.6 %, > 99.9 %, 100 %',
    );
  });

  it('groups digits and counts nouns', () => {
    expect(formatExact(33_193_123)).toBe('33,193,123');
    expect(plural(1, 'query', 'queries')).toBe('1 query');
    expect(plural(2000, 'query', 'queries')).toBe('2,000 queries');
  });
});
