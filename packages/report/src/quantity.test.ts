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

  it('never rounds to nothing or everything what is neither', () => {
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(0.0004)).toBe('< 0.1 %');
    expect(formatShare(0.9999)).toBe('> 99.9 %');
    expect(formatShare(0.6151)).toBe('61.5 %');
  });

  it('groups digits and counts nouns', () => {
    expect(formatExact(33_193_123)).toBe('33,193,123');
    expect(plural(1, 'query', 'queries')).toBe('1 query');
    expect(plural(2000, 'query', 'queries')).toBe('2,000 queries');
  });
});
