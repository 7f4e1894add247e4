import {
  batchRows,
  control,
  escapesAt,
  fieldsAt,
  format,
  insertBeginningAt,
  maxColumns,
  nullField,
  rowBytesAt,
  slotOfColumnAt,
} from './kernel-layout.ts';
import { byteIs, newline } from './kernel-scan.ts';
import {
  add,
  and,
  type Callable,
  type Expression,
  equal,
  equalLanes,
  giveBack,
  greater,
  greaterOrEqual,
  laneBits,
  less,
  lessOrEqual,
  load16Bytes,
  load32,
  loadByte,
  multiply,
  not,
  notEqual,
  number,
  ones,
  or,
  type Statement,
  set,
  shiftLeft,
  splat,
  store32,
  subtract,
  trailingZeros,
  unsignedLessOrEqual,
  when,
  whilst,
} from './wasm-assembler.ts';
import type { ModuleBuilder } from './wasm-module.ts';

type Number32 = Expression<'i32'>;

const zero: Number32 = number(0);
const [space, quote, open, close, comma, dash, semicolon, letterE] = [32, 39, 40, 41, 44, 45, 59, 101];
/** Four letters as the memory has them, lower case. */
const word = (letters: string): number => Buffer.from(letters).readInt32LE();
const unreadable = -2;

/**
 * insertRows(position, end, firstRow, lastRow, isMeasured, beginningLength): reads rows of INSERTs as pg_dump writes
 * them, from one row's parenthesis on: plain literals, the rows of one statement after each other, and statements
 * that begin like the one before (their beginning lies at `insertBeginningAt`). It stops before the first row that
 * is anything else, or after which anything else comes, or that does not end before `end`: those are for
 * insert-reader.ts, which knows all of SQL. Gives back the batch's fill; the rest is in `control`.
 */
export function defineInsertRows(module: ModuleBuilder): Callable {
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const;
  return module.defineFunction({ name: 'insertRows', parameters, result: 'i32' }, (f) => {
    const position = f.parameter('i32', 0);
    const end = f.parameter('i32', 1);
    const row = f.parameter('i32', 2);
    const lastRow = f.parameter('i32', 3);
    const isMeasured = f.parameter('i32', 4);
    const beginningLength = f.parameter('i32', 5);
    const start = f.local('i32');
    const columns = f.local('i32');
    const column = f.local('i32');
    const slot = f.local('i32');
    const cell = f.local('i32');
    const at = f.local('i32');
    const field = f.local('i32');
    const length = f.local('i32');
    const byte = f.local('i32');
    const bits = f.local('i32');
    const size = f.local('i32');
    const bytes = f.local('i32');
    const statements = f.local('i32');
    const lines = f.local('i32');
    const isGoing = f.local('i32');
    const isInRow = f.local('i32');
    const isInString = f.local('i32');
    const isDoubled = f.local('i32');
    const escapeCount = f.local('i32');
    const quotes = f.local('v128');
    const newlines = f.local('v128');

    const passSpace = whilst(and(lessOrEqual(loadByte(at), space), less(at, end)), [set(at, add(at, 1))]);

    const readString: Statement[] = [
      set(field, add(at, 1)),
      set(at, field),
      set(isInString, 1),
      whilst(isInString, [
        set(bits, laneBits(equalLanes(load16Bytes(at), quotes))),
        when(
          not(bits),
          [set(at, add(at, 16))],
          [
            set(at, add(at, trailingZeros(bits))),
            when(
              byteIs(add(at, 1), quote),
              [set(at, add(at, 2)), set(isDoubled, 1)],
              [set(length, subtract(at, field)), set(at, add(at, 1)), set(isInString, 0)],
            ),
          ],
        ),
        when(greaterOrEqual(at, end), [set(isInString, 0)]),
      ]),
    ];

    const isNumeric = or(
      or(unsignedLessOrEqual(subtract(byte, 48), 9), unsignedLessOrEqual(subtract(byte, dash), 1)),
      equal(or(byte, 32), letterE),
    );
    const lower = or(load32(at), 0x20202020);
    const readNumberOrWord: Statement[] = [
      set(field, at),
      // Byte by byte: values are short, and comparing sixteen at once measured no faster.
      whilst(isNumeric, [set(at, add(at, 1)), set(byte, loadByte(at))]),
      set(length, subtract(at, field)),
      when(not(length), [
        set(length, unreadable),
        when(equal(lower, word('null')), [set(length, nullField), set(at, add(at, 4))]),
        when(equal(lower, word('true')), [set(length, 4), set(at, add(at, 4))]),
        when(and(equal(lower, word('fals')), equal(or(loadByte(at, 4), 32), letterE)), [
          set(length, 5),
          set(at, add(at, 5)),
        ]),
      ]),
    ];

    const noteField: Statement[] = [
      set(cell, shiftLeft(add(multiply(slot, batchRows), row), 3)),
      store32(cell, fieldsAt, field),
      store32(cell, fieldsAt + 4, length),
      when(isDoubled, [
        store32(shiftLeft(escapeCount, 2), escapesAt, cell),
        set(escapeCount, add(escapeCount, 1)),
      ]),
    ];

    const readField: Statement[] = [
      set(at, add(at, 1)),
      passSpace,
      // Nothing is stored for columns of no interest, and for rows that are only counted.
      set(slot, or(load32(shiftLeft(column, 2), slotOfColumnAt), subtract(isMeasured, 1))),
      set(length, unreadable),
      set(isDoubled, 0),
      set(byte, loadByte(at)),
      when(equal(byte, quote), readString, readNumberOrWord),
      set(byte, loadByte(at)),
      set(column, add(column, 1)),
      set(isInRow, and(equal(byte, comma), less(column, maxColumns))),
      when(
        and(or(isInRow, equal(byte, close)), notEqual(length, unreadable)),
        [
          // NULL has four letters.
          set(size, add(add(size, 1), length)),
          when(equal(length, nullField), [set(size, add(size, 5))]),
          when(greaterOrEqual(slot, 0), noteField),
        ],
        [set(isInRow, 0), set(isGoing, 0)],
      ),
    ];

    const isSeparated = and(byteIs(at, open), less(at, end));
    const passBeginning: Statement[] = [
      set(cell, zero),
      whilst(
        and(less(cell, beginningLength), equal(loadByte(add(at, cell)), loadByte(cell, insertBeginningAt))),
        [set(cell, add(cell, 1))],
      ),
      set(isGoing, and(isGoing, and(equal(cell, beginningLength), greater(beginningLength, 0)))),
      set(at, add(at, cell)),
    ];

    const keepRow: Statement[] = [
      when(isMeasured, [store32(shiftLeft(row, 2), rowBytesAt, size)]),
      set(row, add(row, 1)),
      set(bytes, add(bytes, size)),
      set(statements, add(statements, equal(byte, semicolon))),
      set(position, at),
      set(isGoing, notEqual(row, lastRow)),
    ];

    return [
      set(quotes, splat(quote)),
      set(newlines, splat(newline)),
      set(columns, load32(zero, format.columns)),
      set(start, position),
      set(isGoing, less(row, lastRow)),
      whilst(isGoing, [
        set(at, position),
        set(column, zero),
        set(size, zero),
        set(isInRow, 1),
        whilst(isInRow, readField),
        set(isGoing, and(isGoing, or(equal(column, columns), less(columns, 0)))),
        when(isGoing, [
          set(byte, loadByte(at, 1)),
          set(at, add(at, 2)),
          passSpace,
          when(equal(byte, semicolon), passBeginning, [set(isGoing, equal(byte, comma))]),
          set(isGoing, and(isGoing, isSeparated)),
          when(isGoing, keepRow),
        ]),
      ]),
      set(at, start),
      whilst(less(at, position), [
        set(bits, laneBits(equalLanes(load16Bytes(at), newlines))),
        when(less(subtract(position, at), 16), [
          set(bits, and(bits, subtract(shiftLeft(number(1), subtract(position, at)), 1))),
        ]),
        set(lines, add(lines, ones(bits))),
        set(at, add(at, 16)),
      ]),
      store32(zero, control.position, position),
      store32(zero, control.continued, lines),
      store32(zero, control.escapes, escapeCount),
      store32(zero, control.statements, statements),
      store32(zero, control.bytes, bytes),
      giveBack(row),
    ];
  });
}
