import {
  add,
  type Callable,
  choose,
  type Expression,
  equal,
  giveBack,
  type Local,
  less,
  lessOrEqual,
  load64,
  multiply,
  number,
  or,
  type Statement,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  when,
  whilst,
  widen,
  xor,
} from './wasm-assembler.ts';
import type { ModuleBuilder } from './wasm-module.ts';

// Odd constants with well-spread bits (SplitMix64's); the hash is only compared with itself.
export const lengthFactor = 0x9e3779b97f4a7c15n;
export const wordFactor = 0xbf58476d1ce4e5b9n;
export const finalFactor = 0x94d049bb133111ebn;

/** The first `length` (0 … 8) bytes at an address as one number, moved to its upper end; 0 for none. */
export function shortWord(at: Expression<'i32'>, length: Expression<'i32'>): Expression<'i64'> {
  const shift = widen(shiftLeft(subtract(number(8), length), 3));
  return choose(length, shiftLeft(load64(at), shift), 0n);
}

/** The last steps of the hash function. */
export function scramble(value: Local<'i64'>): readonly Statement[] {
  return [
    set(value, multiply(xor(value, shiftRight(value, 32n)), finalFactor)),
    set(value, multiply(xor(value, shiftRight(value, 29n)), lengthFactor)),
    set(value, xor(value, shiftRight(value, 32n))),
  ];
}

/** hash(address, length): never 0, which marks empty slots. Beyond 8 bytes the last word overlaps the one before. */
export function defineHash(module: ModuleBuilder): Callable {
  return module.defineFunction({ name: 'hash', parameters: ['i32', 'i32'], result: 'i64' }, (f) => {
    const at = f.parameter('i32', 0);
    const length = f.parameter('i32', 1);
    const last = f.local('i32');
    const value = f.local('i64');
    return [
      set(value, multiply(widen(length), lengthFactor)),
      when(
        lessOrEqual(length, 8),
        [set(value, multiply(xor(value, shortWord(at, length)), wordFactor))],
        [
          set(last, subtract(add(at, length), 8)),
          whilst(less(at, last), [
            set(value, multiply(xor(value, load64(at)), wordFactor)),
            set(value, xor(value, shiftRight(value, 32n))),
            set(at, add(at, 8)),
          ]),
          set(value, multiply(xor(value, load64(last)), wordFactor)),
        ],
      ),
      ...scramble(value),
      giveBack(or(value, widen(equal(value, 0n)))),
    ];
  });
}
