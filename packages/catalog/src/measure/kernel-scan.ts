import {
  and,
  constant,
  type Expression,
  equal,
  greaterOrEqual,
  type Local,
  laneBits,
  less,
  load16Bytes,
  loadByte,
  not,
  or,
  type Statement,
  set,
  shiftLeft,
  subtract,
  when,
  whilst,
  widen,
} from './wasm-assembler.ts';
import type { FunctionBuilder } from './wasm-module.ts';

/** The bytes that COPY text is made of. */
export const newline = 10;
export const carriageReturn = 13;
const dot = 46;
export const backslash = 92;

type Number32 = Expression<'i32'>;

/** One bit for each of the 64 bytes at an address that `matches`, the lowest for the first. */
export function bitsOf64(
  block: Number32,
  matches: (bytes: Expression<'v128'>) => Expression<'v128'>,
): Expression<'i64'> {
  const part = (index: number): Expression<'i64'> => {
    const bits = widen(laneBits(matches(load16Bytes(block, index * 16))));
    return index === 0 ? bits : shiftLeft(bits, BigInt(index * 16));
  };
  return or(or(part(0), part(1)), or(part(2), part(3)));
}

/** Bits of the bytes before `end` only. */
export function bitsBefore(bits: Local<'i64'>, block: Number32, end: Number32): Statement {
  return when(less(subtract(end, block), 64), [
    set(bits, and(bits, subtract(shiftLeft(constant(1n), widen(subtract(end, block))), 1n))),
  ]);
}

/** Whether the delimiter at `at` is preceded by an odd number of backslashes, which makes it data. */
export function escapedDelimiter(
  f: FunctionBuilder,
): (at: Local<'i32'>, from: Local<'i32'>) => [Statement[], Number32] {
  const back = f.local('i32');
  return (at, from) => [
    [
      set(back, subtract(at, 1)),
      whilst(and(greaterOrEqual(back, from), byteIs(back, backslash)), [set(back, subtract(back, 1))]),
    ],
    and(not(and(subtract(at, back), 1)), 1),
  ];
}

/** Whether the byte at an address is this one. */
export function byteIs(at: Number32, byte: number): Number32 {
  return equal(loadByte(at), byte);
}

/** Whether the line from `start` to its newline at `end` is `\.`: the end of the data. */
export function isEndMarker(start: Number32, end: Number32): Number32 {
  const length = subtract(end, start);
  const begins = and(byteIs(start, backslash), equal(loadByte(start, 1), dot));
  const ends = or(equal(length, 2), and(equal(length, 3), equal(loadByte(start, 2), carriageReturn)));
  return and(begins, ends);
}
