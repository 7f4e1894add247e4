import {
  batchRows,
  columnState,
  control,
  escapesAt,
  fieldsAt,
  format,
  hashesAt,
  heavySlotBytes,
  heavySlots,
  maxColumns,
  memoryPages,
  nullField,
  registerBits,
  rowBytesAt,
  secondTableShift,
  slotOfColumnAt,
  status,
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
  eitherLanes,
  equal,
  equalLanes,
  type FunctionBuilder,
  giveBack,
  greater,
  greaterOrEqual,
  type Local,
  laneBits,
  leadingZeros,
  less,
  lessOrEqual,
  load16Bytes,
  load32,
  load64,
  loadByte,
  lowHalf,
  ModuleBuilder,
  multiply,
  not,
  notEqual,
  number,
  or,
  type Statement,
  set,
  shiftLeft,
  shiftRight,
  splat,
  store32,
  store64,
  storeByte,
  subtract,
  trailingZeros,
  unsignedLessOrEqual,
  when,
  whilst,
  widen,
  xor,
} from './wasm-assembler.ts';

const newline = 10;
const carriageReturn = 13;
const dot = 46;
const backslash = 92;

// Odd constants with well-spread bits (SplitMix64's); the hash is only compared with itself.
const lengthFactor = 0x9e3779b97f4a7c15n;
const wordFactor = 0xbf58476d1ce4e5b9n;
const finalFactor = 0x94d049bb133111ebn;

type Number32 = Expression<'i32'>;

const zero: Number32 = number(0);

/**
 * The inner loops over COPY text, as WebAssembly. In JavaScript the same loops read a table of four integers
 * (26 bytes a row) at 220 MB/s before any value is counted; with 16-byte vectors and 64-bit arithmetic they
 * measure it completely at about three times that (`npm run bench:self -- analyze`).
 */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const admit = module.importFunction('admit', ['i32', 'i32', 'i64']);
  const witness = module.importFunction('witness', ['i32', 'i32', 'i64']);
  const hashOf = defineHash(module);
  defineParseRows(module);
  defineSkipRows(module);
  defineVote(module);
  defineMeasure(module, { admit, witness, hash: hashOf });
  return module.toBytes(memoryPages);
}

/** The first `length` (0 … 8) bytes at an address as one number, moved to its upper end; 0 for none. */
function shortWord(at: Number32, length: Number32): Expression<'i64'> {
  const shift = widen(shiftLeft(subtract(number(8), length), 3));
  return choose(length, shiftLeft(load64(at), shift), 0n);
}

function scramble(value: Local<'i64'>): readonly Statement[] {
  return [
    set(value, multiply(xor(value, shiftRight(value, 32n)), finalFactor)),
    set(value, multiply(xor(value, shiftRight(value, 29n)), lengthFactor)),
    set(value, xor(value, shiftRight(value, 32n))),
  ];
}

/** hash(address, length): never 0, which marks empty slots. Beyond 8 bytes the last word overlaps the one before. */
function defineHash(module: ModuleBuilder): Callable {
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

/** One bit for each of the 64 bytes at an address that `matches`, the lowest for the first. */
function bitsOf64(
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
function bitsBefore(bits: Local<'i64'>, block: Number32, end: Number32): Statement {
  return when(less(subtract(end, block), 64), [
    set(bits, and(bits, subtract(shiftLeft(constant(1n), widen(subtract(end, block))), 1n))),
  ]);
}

/** The number of a batch cell of a key slot and row. */
function cellOf(slot: Number32, row: Number32): Number32 {
  return add(multiply(slot, batchRows), row);
}

/** Whether the delimiter at `at` is preceded by an odd number of backslashes, which makes it data. */
function escapedDelimiter(
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

function byteIs(at: Number32, byte: number): Number32 {
  return equal(loadByte(at), byte);
}

/** Whether the line from `start` to its newline at `end` is `\.`: the end of the data. */
function isEndMarker(start: Number32, end: Number32): Number32 {
  const length = subtract(end, start);
  const begins = and(byteIs(start, backslash), equal(loadByte(start, 1), dot));
  const ends = or(equal(length, 2), and(equal(length, 3), equal(loadByte(start, 2), carriageReturn)));
  return and(begins, ends);
}

/**
 * parseRows(position, end, firstRow, lastRow): splits rows into fields and notes where the key columns' fields lie,
 * from the batch's `firstRow` on. Gives back the batch's fill; position and status are in `control`.
 */
function defineParseRows(module: ModuleBuilder): Callable {
  const shape = { name: 'parseRows', parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32' } as const;
  return module.defineFunction(shape, (f) => {
    const position = f.parameter('i32', 0);
    const end = f.parameter('i32', 1);
    const row = f.parameter('i32', 2);
    const lastRow = f.parameter('i32', 3);
    const block = f.local('i32');
    const marks = f.local('i64');
    const escapes = f.local('i64');
    const below = f.local('i64');
    const lastEscape = f.local('i32');
    const field = f.local('i32');
    const at = f.local('i32');
    const column = f.local('i32');
    const slot = f.local('i32');
    const cell = f.local('i32');
    const length = f.local('i32');
    const delimiters = f.local('v128');
    const newlines = f.local('v128');
    const backslashes = f.local('v128');
    const columns = f.local('i32');
    const nullLength = f.local('i32');
    const nullWord = f.local('i64');
    const nullIsPlain = f.local('i32');
    const strips = f.local('i32');
    const escapeCount = f.local('i32');
    const isRowEnd = f.local('i32');
    const isData = f.local('i32');
    const inRow = f.local('i32');
    const continued = f.local('i32');
    const escaped = escapedDelimiter(f);

    const leave = (state: number): Statement[] => [
      store32(zero, control.position, position),
      store32(zero, control.status, state),
      store32(zero, control.escapes, escapeCount),
      store32(zero, control.fields, add(column, 1)),
      store32(zero, control.continued, continued),
      giveBack(row),
    ];
    const [countEscapes, isEscaped] = escaped(at, field);

    const hasEscape = greaterOrEqual(lastEscape, field);
    const measureField: Statement[] = [
      set(cell, shiftLeft(cellOf(slot, row), 3)),
      set(length, subtract(at, field)),
      when(and(strips, isRowEnd), [
        when(and(greater(length, 0), equal(loadByte(subtract(at, 1)), carriageReturn)), [
          set(length, subtract(length, 1)),
        ]),
      ]),
      store64(cell, fieldsAt, or(widen(field), shiftLeft(widen(length), 32n))),
      when(or(hasEscape, nullIsPlain), [
        when(
          and(equal(length, nullLength), equal(shortWord(field, length), nullWord)),
          [store32(cell, fieldsAt + 4, nullField)],
          [
            when(hasEscape, [
              store32(shiftLeft(escapeCount, 2), escapesAt, cell),
              set(escapeCount, add(escapeCount, 1)),
            ]),
          ],
        ),
      ]),
    ];

    const endRow: Statement[] = [
      when(and(not(column), isEndMarker(position, at)), [
        set(position, add(at, 1)),
        ...leave(status.endOfData),
      ]),
      when(and(notEqual(add(column, 1), columns), greaterOrEqual(columns, 0)), leave(status.wrongFieldCount)),
      store32(shiftLeft(row, 2), rowBytesAt, subtract(add(at, 1), position)),
      set(row, add(row, 1)),
      set(continued, add(continued, inRow)),
      set(inRow, zero),
      set(position, add(at, 1)),
      set(field, position),
      set(column, zero),
      when(equal(row, lastRow), leave(status.batchFull)),
    ];

    return [
      set(delimiters, splat(load32(zero, format.delimiter))),
      set(newlines, splat(newline)),
      set(backslashes, splat(backslash)),
      set(columns, load32(zero, format.columns)),
      set(strips, load32(zero, format.stripsCarriageReturn)),
      set(nullLength, load32(zero, format.nullLength)),
      set(nullWord, load64(zero, format.nullWord)),
      set(nullIsPlain, load32(zero, format.nullIsPlain)),
      set(escapeCount, zero),
      set(block, position),
      set(field, position),
      set(lastEscape, -1),
      whilst(less(block, end), [
        set(
          marks,
          bitsOf64(block, (bytes) => eitherLanes(equalLanes(bytes, delimiters), equalLanes(bytes, newlines))),
        ),
        set(
          escapes,
          bitsOf64(block, (bytes) => equalLanes(bytes, backslashes)),
        ),
        bitsBefore(marks, block, end),
        bitsBefore(escapes, block, end),
        whilst(notEqual(marks, 0n), [
          set(at, add(block, lowHalf(trailingZeros(marks)))),
          when(notEqual(escapes, 0n), [
            set(below, and(escapes, subtract(and(marks, subtract(constant(0n), marks)), 1n))),
            when(notEqual(below, 0n), [
              set(lastEscape, subtract(add(block, 63), lowHalf(leadingZeros(below)))),
            ]),
          ]),
          set(marks, and(marks, subtract(marks, 1n))),
          set(isData, zero),
          when(and(equal(lastEscape, subtract(at, 1)), greaterOrEqual(lastEscape, field)), [
            ...countEscapes,
            set(isData, isEscaped),
            set(inRow, add(inRow, and(isData, byteIs(at, newline)))),
          ]),
          when(not(isData), [
            set(isRowEnd, equal(loadByte(at), newline)),
            set(slot, load32(shiftLeft(column, 2), slotOfColumnAt)),
            when(greaterOrEqual(slot, 0), measureField),
            when(isRowEnd, endRow, [
              set(field, add(at, 1)),
              when(less(column, maxColumns - 1), [set(column, add(column, 1))]),
            ]),
          ]),
        ]),
        when(notEqual(escapes, 0n), [
          set(lastEscape, subtract(add(block, 63), lowHalf(leadingZeros(escapes)))),
        ]),
        set(block, add(block, 64)),
      ]),
      ...leave(status.needMore),
    ];
  });
}

/** skipRows(position, end, most): passes over at most so many rows and gives back how many. */
function defineSkipRows(module: ModuleBuilder): Callable {
  const shape = { name: 'skipRows', parameters: ['i32', 'i32', 'i32'], result: 'i32' } as const;
  return module.defineFunction(shape, (f) => {
    const position = f.parameter('i32', 0);
    const end = f.parameter('i32', 1);
    const most = f.parameter('i32', 2);
    const rows = f.local('i32');
    const block = f.local('i32');
    const marks = f.local('i64');
    const at = f.local('i32');
    const isData = f.local('i32');
    const newlines = f.local('v128');
    const inRow = f.local('i32');
    const continued = f.local('i32');
    const escaped = escapedDelimiter(f);
    const [countEscapes, isEscaped] = escaped(at, position);
    const leave = (state: number): Statement[] => [
      store32(zero, control.position, position),
      store32(zero, control.status, state),
      store32(zero, control.continued, continued),
      giveBack(rows),
    ];
    return [
      set(newlines, splat(newline)),
      set(block, position),
      whilst(less(block, end), [
        set(
          marks,
          bitsOf64(block, (bytes) => equalLanes(bytes, newlines)),
        ),
        bitsBefore(marks, block, end),
        whilst(notEqual(marks, 0n), [
          set(at, add(block, lowHalf(trailingZeros(marks)))),
          set(marks, and(marks, subtract(marks, 1n))),
          set(isData, zero),
          when(and(greater(at, position), byteIs(subtract(at, 1), backslash)), [
            ...countEscapes,
            set(isData, isEscaped),
            set(inRow, add(inRow, isData)),
          ]),
          when(not(isData), [
            when(isEndMarker(position, at), [set(position, add(at, 1)), ...leave(status.endOfData)]),
            set(position, add(at, 1)),
            set(rows, add(rows, 1)),
            set(continued, add(continued, inRow)),
            set(inRow, zero),
            when(equal(rows, most), leave(status.batchFull)),
          ]),
        ]),
        set(block, add(block, 64)),
      ]),
      ...leave(status.needMore),
    ];
  });
}

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
function defineVote(module: ModuleBuilder): Callable {
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
function defineMeasure(
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
