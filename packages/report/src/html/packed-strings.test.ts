import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedMark, packStrings } from './packed-strings.ts';

describe('packed strings', () => {
  it('come back as they were', () => {
    const sentence = fc.constantFrom('a sentence that stands many times', 'another long sentence', 'short');
    fc.assert(
      fc.property(fc.array(fc.record({ text: sentence, other: fc.string(), count: fc.nat() })), (value) => {
        const clean = value.map((one) => ({ ...one, other: one.other.replaceAll(packedMark, '') }));
        const { strings, value: packed } = packStrings(clean);
        const unpacked: unknown = JSON.parse(JSON.stringify(packed), (_key, one) =>
          typeof one === 'string' && one.charCodeAt(0) === 1 ? strings[Number(one.slice(1))] : one,
        );
        expect(unpacked).toEqual(clean);
      }),
    );
  });

  it('keep a repeated sentence once', () => {
    const sentence = 'create_distributed_table stops here';
    const { strings, value } = packStrings(Array.from({ length: 100 }, () => sentence));
    expect(strings).toEqual([sentence]);
    expect(JSON.stringify(value).length).toBeLessThan(1100);
  });
});
