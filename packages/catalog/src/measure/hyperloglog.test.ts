import { expect, test } from 'vitest';
import {
  decodeRegisters,
  encodeRegisters,
  estimateDistinct,
  noteHash,
  uniteRegisters,
} from './hyperloglog.ts';
import { createKernel } from './kernel.ts';
import { registerCount, windowAt } from './kernel-layout.ts';
import { hashValue } from './value-hash.ts';

function sketchOf(from: number, to: number): Uint8Array {
  const registers = new Uint8Array(registerCount);
  for (let value = from; value < to; value++) noteHash(registers, hashValue(`user-${value}`));
  return registers;
}

test('estimates stay within the standard error of 0.8 % over many sets', () => {
  const [sets, size] = [24, 8_000];
  let squares = 0;
  for (let set = 0; set < sets; set++) {
    const error = estimateDistinct(sketchOf(set * size, (set + 1) * size)) / size - 1;
    expect(Math.abs(error)).toBeLessThan(4 * 0.0081);
    squares += error * error;
  }
  expect(Math.sqrt(squares / sets)).toBeLessThan(0.0081 * 1.3);
});

test('nothing and little are estimated to the unit', () => {
  expect(estimateDistinct(new Uint8Array(registerCount))).toBe(0);
  for (const size of [1, 10, 100]) expect(estimateDistinct(sketchOf(0, size))).toBe(size);
});

test('the union of two sketches is the sketch of the union', () => {
  const united = sketchOf(0, 6_000);
  uniteRegisters(united, sketchOf(4_000, 9_000));
  expect(united).toEqual(sketchOf(0, 9_000));
});

test('a sketch comes back from its text', () => {
  const registers = sketchOf(0, 3_000);
  expect(decodeRegisters(encodeRegisters(registers))).toEqual(registers);
});

test('the hash outside of the kernel is the kernel’s own, for every length', () => {
  const kernel = createKernel({ admit: () => {}, witness: () => {} });
  for (let length = 0; length < 70; length++) {
    const text = 'aé0123456789-~'.repeat(6).slice(0, length);
    const bytes = kernel.bytes.write(text, windowAt);
    expect(BigInt.asUintN(64, kernel.hash(windowAt, bytes))).toBe(hashValue(text));
  }
});
