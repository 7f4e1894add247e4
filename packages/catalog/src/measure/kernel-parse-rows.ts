import { shortWord } from './kernel-hash.ts';
import {
  batchRows,
  control,
  escapesAt,
  fieldsAt,
  format,
  maxColumns,
  nullField,
  rowBytesAt,
  slotOfColumnAt,
  status,
} from './kernel-layout.ts';
import {
  backslash,
  bitsBefore,
  bitsOf64,
  byteIs,
  carriageReturn,
  escapedDelimiter,
  isEndMarker,
  newline,
} from './kernel-scan.ts';
import {
  add,
  and,
  type Callable,
  constant,
  type Expression,
  eitherLanes,
  equal,
  equalLanes,
  giveBack,
  greater,
  greaterOrEqual,
  leadingZeros,
  less,
  load32,
  load64,
  loadByte,
  lowHalf,
  multiply,
  not,
  notEqual,
  number,
  or,
  type Statement,
  set,
  shiftLeft,
  splat,
  store32,
  store64,
  subtract,
  trailingZeros,
  when,
  whilst,
  widen,
} from './wasm-assembler.ts';
import type { ModuleBuilder } from './wasm-module.ts';

type Number32 = Expression<'i32'>;

const zero: Number32 = number(0);

/** The number of a batch cell of a key slot and row. */
function cellOf(slot: Number32, row: Number32): Number32 {
  return add(multiply(slot, batchRows), row);
}

/**
 * parseRows(position, end, firstRow, lastRow): splits rows into fields and notes where the key columns' fields lie,
 * from the batch's `firstRow` on. Gives back the batch's fill; position and status are in `control`.
 */
export function defineParseRows(module: ModuleBuilder): Callable {
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
