import { expect, it } from 'vitest';
import { percentText } from './wording.ts';

it('writes shares so that little is not nothing and nearly all is not all', () => {
  const shares = [0, 0.0004, 0.002, 0.0455, 0.09, 0.5, 0.636, 0.996, 0.9996, 1];
  expect(shares.map(percentText).join(', ')).toBe(
    '0 %, < 0.1 %, 0.2 %, 4.5 %, 9 %, 50 %, 64 %, 99.6 %, > 99.9 %, 100 %',
  );
});
