import { lengthFactor, scramble, shortWord, wordFactor } from './kernel-hash.ts';
import {
  batchRows,
  columnState,
  fieldsAt,
  hashesAt,
  heavySlotBytes,
  heavySlots,
  nullField,
  registerBits,
  rowBytesAt,
  secondTableShift,
  valueSlotBytes,
  valueSlots,
} from './kernel-layout.ts';
import {
  add,
  and,
  type Callable,
  call,
  callFor,
  choose,
  constant,
  type Expression,
  equal,
  greater,
  type Local,
  leadingZeros,
  less,
  lessOrEqual,
  load32,
  load64,
  loadByte,
  lowHalf,
  multiply,
  notEqual,
  number,
  or,
  type Statement,
  set,
  shiftLeft,
  shiftRight,
  store32,
  store64,
  storeByte,
  subtract,
  unsignedLessOrEqual,
  when,
  whilst,
  widen,
  xor,
} from './wasm-assembler.ts';
import type { ModuleBuilder } from './wasm-module.ts';

type Number32 = Expression<'i32'>;

const zero: Number32 = number(0);

/** The state of a vote while its slot is worked on. */
interface Ballot {
  readonly slot: Local<'i32'>;
  readonly hash: Local<'i64'>;
  readonly weight: Local<'i64'>;
  readonly candidate: Local<'i64'>;
  readonly lead: Local<'i64'>;
  readonly next: Local<'i64'>;
  readonly votes: Local<'i64'>;
}

/**
 * One step of a majority vote (MV-Sketch, Tang et al. 2019). A slot holds its candidate, the weight of all
 * values that fell into it, and the candidate's lead over the others. Chosen without branches: with distinct
 * values every second vote unseats the candidate, and wrong guesses doubled the time of the whole measurement.
 */
function castVote({ slot, hash, weight, candidate, lead, next, votes }: Ballot): readonly Statement[] {
  const isUnseated = less(next, 0n);
  return [
    set(candidate, load64(slot)),
    set(votes, load64(slot, 8)),
    set(lead, and(votes, 0xffff_ffffn)),
    set(next, choose(equal(candidate, hash), add(lead, weight), subtract(lead, weight))),
    store64(slot, 0, choose(isUnseated, hash, candidate)),
    set(votes, subtract(add(votes, shiftLeft(weight, 32n)), lead)),
    store64(slot, 8, add(votes, choose(isUnseated, subtract(constant(0n), next), next))),
  ];
}

/** vote(slot, hash, weight): a single vote, for values counted before their column needed votes. */
export function defineVote(module: ModuleBuilder): Callable {
  const shape = { name: 'vote', parameters: ['i32', 'i64', 'i64'], result: undefined } as const;
  return module.defineFunction(shape, (f) =>
    castVote({
      slot: f.parameter('i32', 0),
      hash: f.parameter('i64', 1),
      weight: f.parameter('i64', 2),
      candidate: f.local('i64'),
      lead: f.local('i64'),
      next: f.local('i64'),
      votes: f.local('i64'),
    }),
  );
}

/** measure(column state, key slot, rows, weight): counts one column's part of the batch. */
export function defineMeasure(
  module: ModuleBuilder,
  { admit, witness, hash: hashOf }: { admit: Callable; witness: Callable; hash: Callable },
): Callable {
  const shape = { name: 'measure', parameters: ['i32', 'i32', 'i32', 'i64'], result: undefined } as const;
  return module.defineFunction(shape, (f) => {
    const state = f.parameter('i32', 0);
    const keySlot = f.parameter('i32', 1);
    const rows = f.parameter('i32', 2);
    const weight = f.parameter('i64', 3);
    const row = f.local('i32');
    const cell = f.local('i32');
    const at = f.local('i32');
    const length = f.local('i32');
    const hash = f.local('i64');
    const slot = f.local('i32');
    const register = f.local('i32');
    const rank = f.local('i32');
    const held = f.local('i64');
    const threshold = f.local('i64');
    const isSketching = f.local('i32');
    const widthSum = f.local('i64');
    const turn = f.local('i32');

    const reload: Statement[] = [
      set(threshold, load64(state, columnState.threshold)),
      set(isSketching, load32(state, columnState.isSketching)),
    ];
    const ballot = {
      slot,
      hash,
      weight,
      candidate: f.local('i64'),
      lead: f.local('i64'),
      next: f.local('i64'),
      votes: f.local('i64'),
    };
    // Rows take turns between two tables with slots from different bits: a value that shares its slot with a
    // larger one in the first is seen in the second, at the price of one vote for each row (3 ns), not two.
    const isOdd = and(turn, 1);
    const bits = lowHalf(shiftRight(hash, widen(multiply(isOdd, secondTableShift))));
    const heavySlot = add(and(bits, heavySlots - 1), multiply(isOdd, heavySlots));
    const vote: Statement[] = [
      set(slot, add(add(multiply(heavySlot, heavySlotBytes), columnState.heavy), state)),
      ...castVote(ballot),
      set(turn, add(turn, 1)),
      // A lead that passes a multiple of 8 makes the candidate's text worth keeping.
      when(
        and(greater(ballot.next, ballot.lead), notEqual(shiftRight(xor(ballot.lead, ballot.next), 3n), 0n)),
        [call(witness, keySlot, row, hash)],
      ),
    ];
    const sketch: Statement[] = [
      // The upper bits choose the register, the first set bit of the rest is the rank.
      set(register, add(lowHalf(shiftRight(hash, BigInt(64 - registerBits))), state)),
      set(
        rank,
        add(
          lowHalf(leadingZeros(or(shiftLeft(hash, BigInt(registerBits)), BigInt(1 << (registerBits - 1))))),
          1,
        ),
      ),
      when(greater(rank, loadByte(register, columnState.registers)), [
        storeByte(register, columnState.registers, rank),
      ]),
      ...vote,
    ];
    const valueAt = (index: Number32): Number32 =>
      add(add(multiply(index, valueSlotBytes), columnState.values), state);
    const count: Statement[] = [
      set(slot, and(lowHalf(shiftRight(hash, 8n)), valueSlots - 1)),
      set(held, load64(valueAt(slot))),
      whilst(and(notEqual(held, hash), notEqual(held, 0n)), [
        set(slot, and(add(slot, 1), valueSlots - 1)),
        set(held, load64(valueAt(slot))),
      ]),
      when(
        equal(held, hash),
        [
          set(slot, valueAt(slot)),
          store64(slot, 8, add(load64(slot, 8), weight)),
          store64(
            slot,
            16,
            add(load64(slot, 16), multiply(widen(load32(shiftLeft(row, 2), rowBytesAt)), weight)),
          ),
          store64(slot, 24, add(load64(slot, 24), 1n)),
        ],
        [call(admit, keySlot, row, hash), ...reload],
      ),
    ];

    // In a loop of its own: mixed with the counting below, whose branches are hard to guess, the same steps took
    // twice as long. Up to 16 bytes the hash function is spelled out, for a call empties all registers.
    const hashFields: Statement[] = [
      set(cell, multiply(keySlot, batchRows * 8)),
      whilst(less(row, rows), [
        set(at, load32(cell, fieldsAt)),
        set(length, load32(cell, fieldsAt + 4)),
        set(hash, multiply(widen(length), lengthFactor)),
        when(
          lessOrEqual(length, 16),
          [
            when(
              lessOrEqual(length, 8),
              [set(hash, xor(hash, shortWord(at, length)))],
              [
                set(hash, multiply(xor(hash, load64(at)), wordFactor)),
                set(hash, xor(xor(hash, shiftRight(hash, 32n)), load64(subtract(add(at, length), 8)))),
              ],
            ),
            set(hash, multiply(hash, wordFactor)),
            ...scramble(hash),
            set(hash, or(hash, widen(equal(hash, 0n)))),
          ],
          [set(hash, callFor('i64', hashOf, at, length))],
        ),
        store64(shiftLeft(row, 3), hashesAt, hash),
        set(cell, add(cell, 8)),
        set(row, add(row, 1)),
      ]),
      set(row, zero),
    ];

    return [
      ...reload,
      set(turn, load32(state, columnState.turn)),
      ...hashFields,
      set(cell, multiply(keySlot, batchRows * 8)),
      whilst(less(row, rows), [
        set(length, load32(cell, fieldsAt + 4)),
        when(
          less(length, 0),
          [
            when(equal(length, nullField), [
              store64(state, columnState.nulls, add(load64(state, columnState.nulls), weight)),
            ]),
          ],
          [
            set(widthSum, add(widthSum, widen(length))),
            when(greater(length, load32(state, columnState.maxWidth)), [
              store32(state, columnState.maxWidth, length),
            ]),
            set(hash, load64(shiftLeft(row, 3), hashesAt)),
            when(isSketching, sketch),
            when(unsignedLessOrEqual(hash, threshold), count),
          ],
        ),
        set(row, add(row, 1)),
        set(cell, add(cell, 8)),
      ]),
      store32(state, columnState.turn, turn),
      store64(
        state,
        columnState.widthSum,
        add(load64(state, columnState.widthSum), multiply(widthSum, weight)),
      ),
    ];
  });
}
