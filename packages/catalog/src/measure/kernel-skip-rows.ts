import { control, status } from './kernel-layout.ts';
import {
  backslash,
  bitsBefore,
  bitsOf64,
  byteIs,
  escapedDelimiter,
  isEndMarker,
  newline,
} from './kernel-scan.ts';
import {
  add,
  and,
  type Callable,
  type Expression,
  equal,
  equalLanes,
  giveBack,
  greater,
  less,
  lowHalf,
  not,
  notEqual,
  number,
  type Statement,
  set,
  splat,
  store32,
  subtract,
  trailingZeros,
  when,
  whilst,
} from './wasm-assembler.ts';
import type { ModuleBuilder } from './wasm-module.ts';

type Number32 = Expression<'i32'>;

const zero: Number32 = number(0);

/** skipRows(position, end, most): passes over at most so many rows and gives back how many. */
export function defineSkipRows(module: ModuleBuilder): Callable {
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
