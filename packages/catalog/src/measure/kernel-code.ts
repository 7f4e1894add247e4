import {
  batchRows,
  columnState,
  control,
  escapesAt,
  format,
  hashesAt,
  heavySlotBytes,
  heavySlots,
  lengthsAt,
  maxColumns,
  memoryPages,
  nullField,
  offsetsAt,
  registerBits,
  rowBytesAt,
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
const one: Number32 = number(1);

/**
 * The inner loops over COPY text, as WebAssembly. In JavaScript the same loops read a table of four integers
 * (26 bytes a row) at 220 MB/s before any value is counted; with 16-byte vectors and 64-bit arithmetic they
 * measure it completely at about three times that (`npm run bench:self -- analyze`).
 */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const admit = module.importFunction('admit', ['i32', 'i32']);
  const witness = module.importFunction('witness', ['i32', 'i32', 'i32']);
  const hash = defineHash(module);
  defineParseRows(module, hash);
  definePutField(module, hash);
  defineSkipRows(module);
  defineVote(module);
  defineMeasure(module, { admit, witness });
  return module.toBytes(memoryPages);
}

/** The first `length` (0 … 8) bytes at an address as one number, the others zero. */
function shortWord(at: Number32, length: Number32): Expression<'i64'> {
  // A shift by 64 is a shift by 0, hence the detour in two halves for length 0.
  const half = subtract(constant(64n), shiftLeft(widen(length), 3n));
  const unused = shiftRight(half, 1n);
  const mask = shiftRight(shiftRight(constant(-1n), unused), subtract(half, unused));
  return and(load64(at), mask);
}

function scramble(value: Local<'i64'>): readonly Statement[] {
  return [
    set(value, multiply(xor(value, shiftRight(value, 32n)), finalFactor)),
    set(value, multiply(xor(value, shiftRight(value, 29n)), lengthFactor)),
    set(value, xor(value, shiftRight(value, 32n))),
  ];
}

/** hash(address, length): never 0, which marks empty slots. */
function defineHash(module: ModuleBuilder): Callable {
  return module.defineFunction({ name: 'hash', parameters: ['i32', 'i32'], result: 'i64' }, (f) => {
    const at = f.parameter('i32', 0);
    const length = f.parameter('i32', 1);
    const value = f.local('i64');
    return [
      set(value, multiply(widen(length), lengthFactor)),
      whilst(greater(length, 8), [
        set(value, multiply(xor(value, load64(at)), wordFactor)),
        set(value, xor(value, shiftRight(value, 32n))),
        set(at, add(at, 8)),
        set(length, subtract(length, 8)),
      ]),
      set(value, multiply(xor(value, shortWord(at, length)), wordFactor)),
      ...scramble(value),
      giveBack(or(value, widen(equal(value, 0n)))),
    ];
  });
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
 * parseRows(position, end, firstRow, lastRow): splits rows into fields, hashes the key columns' fields, and
 * fills the batch from `firstRow` on. Gives back the batch's fill; position and status are in `control`.
 */
function defineParseRows(module: ModuleBuilder, hash: Callable): Callable {
  const shape = { name: 'parseRows', parameters: ['i32', 'i32', 'i32', 'i32'], result: 'i32' } as const;
  return module.defineFunction(shape, (f) => {
    const position = f.parameter('i32', 0);
    const end = f.parameter('i32', 1);
    const row = f.parameter('i32', 2);
    const lastRow = f.parameter('i32', 3);
    const block = f.local('i32');
    const marks = f.local('i32');
    const escapes = f.local('i32');
    const below = f.local('i32');
    const lastEscape = f.local('i32');
    const field = f.local('i32');
    const at = f.local('i32');
    const column = f.local('i32');
    const slot = f.local('i32');
    const cell = f.local('i32');
    const length = f.local('i32');
    const word = f.local('i64');
    const delimiters = f.local('v128');
    const newlines = f.local('v128');
    const backslashes = f.local('v128');
    const bytes = f.local('v128');
    const columns = f.local('i32');
    const nullLength = f.local('i32');
    const nullWord = f.local('i64');
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

    const keepHash = (value: Expression<'i64'>): Statement => store64(shiftLeft(cell, 3), hashesAt, value);
    const keepLength = (value: Number32 | number): Statement => store32(shiftLeft(cell, 2), lengthsAt, value);
    const noteEscape: Statement[] = [
      store32(shiftLeft(escapeCount, 2), escapesAt, cell),
      set(escapeCount, add(escapeCount, 1)),
    ];
    const measureField: Statement[] = [
      set(cell, cellOf(slot, row)),
      set(length, subtract(at, field)),
      when(and(strips, isRowEnd), [
        when(and(greater(length, 0), equal(loadByte(subtract(at, 1)), carriageReturn)), [
          set(length, subtract(length, 1)),
        ]),
      ]),
      store32(shiftLeft(cell, 2), offsetsAt, field),
      when(
        lessOrEqual(length, 8),
        [
          set(word, shortWord(field, length)),
          when(
            and(equal(length, nullLength), equal(word, nullWord)),
            [keepLength(nullField)],
            [
              keepLength(length),
              when(greaterOrEqual(lastEscape, field), noteEscape, [
                // The hash function's own steps for one short word, spelled out: a call per field costs a tenth.
                set(word, multiply(xor(multiply(widen(length), lengthFactor), word), wordFactor)),
                ...scramble(word),
                keepHash(or(word, widen(equal(word, 0n)))),
              ]),
            ],
          ),
        ],
        [
          keepLength(length),
          when(greaterOrEqual(lastEscape, field), noteEscape, [
            keepHash(callFor('i64', hash, field, length)),
          ]),
        ],
      ),
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
      set(escapeCount, zero),
      set(block, position),
      set(field, position),
      set(lastEscape, -1),
      whilst(less(block, end), [
        set(bytes, load16Bytes(block)),
        set(marks, laneBits(eitherLanes(equalLanes(bytes, delimiters), equalLanes(bytes, newlines)))),
        set(escapes, laneBits(equalLanes(bytes, backslashes))),
        when(less(subtract(end, block), 16), [
          set(below, subtract(shiftLeft(one, subtract(end, block)), 1)),
          set(marks, and(marks, below)),
          set(escapes, and(escapes, below)),
        ]),
        whilst(marks, [
          set(at, add(block, trailingZeros(marks))),
          when(escapes, [
            set(below, and(escapes, subtract(and(marks, subtract(zero, marks)), 1))),
            when(below, [set(lastEscape, subtract(add(block, 31), leadingZeros(below)))]),
          ]),
          set(marks, and(marks, subtract(marks, 1))),
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
        when(escapes, [set(lastEscape, subtract(add(block, 31), leadingZeros(escapes)))]),
        set(block, add(block, 16)),
      ]),
      ...leave(status.needMore),
    ];
  });
}

/** putField(key slot, row, address, length): a field of the batch that was not found by parseRows. */
function definePutField(module: ModuleBuilder, hash: Callable): Callable {
  const shape = { name: 'putField', parameters: ['i32', 'i32', 'i32', 'i32'], result: undefined } as const;
  return module.defineFunction(shape, (f) => {
    const slot = f.parameter('i32', 0);
    const row = f.parameter('i32', 1);
    const address = f.parameter('i32', 2);
    const length = f.parameter('i32', 3);
    const cell = f.local('i32');
    return [
      set(cell, cellOf(slot, row)),
      store32(shiftLeft(cell, 2), offsetsAt, address),
      store32(shiftLeft(cell, 2), lengthsAt, length),
      when(greaterOrEqual(length, 0), [
        store64(shiftLeft(cell, 3), hashesAt, callFor('i64', hash, address, length)),
      ]),
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
    const marks = f.local('i32');
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
        set(marks, laneBits(equalLanes(load16Bytes(block), newlines))),
        when(less(subtract(end, block), 16), [
          set(marks, and(marks, subtract(shiftLeft(one, subtract(end, block)), 1))),
        ]),
        whilst(marks, [
          set(at, add(block, trailingZeros(marks))),
          set(marks, and(marks, subtract(marks, 1))),
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
        set(block, add(block, 16)),
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
}

/**
 * One step of a majority vote (MV-Sketch, Tang et al. 2019). A slot holds its candidate, the weight of all
 * values that fell into it, and the candidate's lead over the others. Chosen without branches: with distinct
 * values every second vote unseats the candidate, and wrong guesses doubled the time of the whole measurement.
 */
function castVote({ slot, hash, weight, candidate, lead, next }: Ballot): readonly Statement[] {
  const isUnseated = less(next, 0n);
  return [
    set(candidate, load64(slot)),
    set(lead, load64(slot, 16)),
    set(next, choose(equal(candidate, hash), add(lead, weight), subtract(lead, weight))),
    store64(slot, 0, choose(isUnseated, hash, candidate)),
    store64(slot, 8, add(load64(slot, 8), weight)),
    store64(slot, 16, choose(isUnseated, subtract(constant(0n), next), next)),
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
    }),
  );
}

/** measure(column state, key slot, rows, weight): counts one column's part of the batch. */
function defineMeasure(
  module: ModuleBuilder,
  { admit, witness }: { admit: Callable; witness: Callable },
): Callable {
  const shape = { name: 'measure', parameters: ['i32', 'i32', 'i32', 'i64'], result: undefined } as const;
  return module.defineFunction(shape, (f) => {
    const state = f.parameter('i32', 0);
    const keySlot = f.parameter('i32', 1);
    const rows = f.parameter('i32', 2);
    const weight = f.parameter('i64', 3);
    const row = f.local('i32');
    const cell = f.local('i32');
    const length = f.local('i32');
    const hash = f.local('i64');
    const slot = f.local('i32');
    const register = f.local('i32');
    const rank = f.local('i32');
    const held = f.local('i64');
    const threshold = f.local('i64');
    const isSketching = f.local('i32');
    const widthSum = f.local('i64');

    const reload: Statement[] = [
      set(threshold, load64(state, columnState.threshold)),
      set(isSketching, load32(state, columnState.isSketching)),
    ];
    const heavyAt = (index: Number32): Number32 =>
      add(add(multiply(index, heavySlotBytes), columnState.heavy), state);
    const ballot = {
      slot,
      hash,
      weight,
      candidate: f.local('i64'),
      lead: f.local('i64'),
      next: f.local('i64'),
    };
    const voteIn = (index: Number32): Statement[] => [
      set(slot, heavyAt(index)),
      ...castVote(ballot),
      // A lead that passes a multiple of 16 makes the candidate's text worth keeping.
      when(
        and(greater(ballot.next, ballot.lead), notEqual(shiftRight(xor(ballot.lead, ballot.next), 4n), 0n)),
        [call(witness, keySlot, row, slot)],
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
      ...voteIn(and(lowHalf(hash), heavySlots - 1)),
      ...voteIn(add(and(lowHalf(shiftRight(hash, 20n)), heavySlots - 1), heavySlots)),
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
        [call(admit, keySlot, row), ...reload],
      ),
    ];

    return [
      ...reload,
      set(cell, multiply(keySlot, batchRows)),
      whilst(less(row, rows), [
        set(length, load32(shiftLeft(cell, 2), lengthsAt)),
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
            set(hash, load64(shiftLeft(cell, 3), hashesAt)),
            when(isSketching, sketch),
            when(unsignedLessOrEqual(hash, threshold), count),
          ],
        ),
        set(row, add(row, 1)),
        set(cell, add(cell, 1)),
      ]),
      store64(
        state,
        columnState.widthSum,
        add(load64(state, columnState.widthSum), multiply(widthSum, weight)),
      ),
    ];
  });
}
