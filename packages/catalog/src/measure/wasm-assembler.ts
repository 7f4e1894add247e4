/** The value types the kernel uses. */
export type ValueType = 'i32' | 'i64' | 'v128';

/** Code that leaves one value of a type on the stack. */
export interface Expression<T extends ValueType> {
  readonly type: T;
  readonly code: readonly number[];
}

/** A parameter or local variable; as an expression it is its value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

/** Code that leaves nothing on the stack. */
export type Statement = readonly number[];

type Operand<T extends ValueType> =
  | Expression<T>
  | (T extends 'i32' ? number : T extends 'i64' ? bigint : never);

/** Types as the binary format writes them. */
export const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const emptyBlock = 0x40;

function signedLeb(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** A length or index as the binary format writes it. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function codeOf(operand: Expression<ValueType> | number | bigint): readonly number[] {
  if (typeof operand === 'number') return [0x41, ...signedLeb(BigInt(operand | 0))];
  if (typeof operand === 'bigint') return [0x42, ...signedLeb(BigInt.asIntN(64, operand))];
  return operand.code;
}

type Binary = <T extends 'i32' | 'i64'>(left: Expression<T>, right: Operand<T>) => Expression<T>;
type Comparison = <T extends 'i32' | 'i64'>(left: Expression<T>, right: Operand<T>) => Expression<'i32'>;

const binary =
  (i32: number, i64: number): Binary =>
  (left, right) => ({
    type: left.type,
    code: [...left.code, ...codeOf(right), left.type === 'i32' ? i32 : i64],
  });
const comparison =
  (i32: number, i64: number): Comparison =>
  (left, right) => ({
    type: 'i32',
    code: [...left.code, ...codeOf(right), left.type === 'i32' ? i32 : i64],
  });

/** Arithmetic on two numbers of one type. */
export const add: Binary = binary(0x6a, 0x7c);
export const subtract: Binary = binary(0x6b, 0x7d);
export const multiply: Binary = binary(0x6c, 0x7e);
export const and: Binary = binary(0x71, 0x83);
export const or: Binary = binary(0x72, 0x84);
export const xor: Binary = binary(0x73, 0x85);
export const shiftLeft: Binary = binary(0x74, 0x86);
export const shiftRight: Binary = binary(0x76, 0x88);
/** Comparisons give 1 or 0; those for order take numbers as signed unless the name says otherwise. */
export const equal: Comparison = comparison(0x46, 0x51);
export const notEqual: Comparison = comparison(0x47, 0x52);
export const less: Comparison = comparison(0x48, 0x53);
export const greater: Comparison = comparison(0x4a, 0x55);
export const lessOrEqual: Comparison = comparison(0x4c, 0x57);
export const greaterOrEqual: Comparison = comparison(0x4e, 0x59);
export const unsignedLessOrEqual: Comparison = comparison(0x4d, 0x58);

/** Zero bits above the highest, or below the lowest, set bit. */
export function leadingZeros<T extends 'i32' | 'i64'>(of: Expression<T>): Expression<T> {
  return { type: of.type, code: [...of.code, of.type === 'i32' ? 0x67 : 0x79] };
}
export function trailingZeros<T extends 'i32' | 'i64'>(of: Expression<T>): Expression<T> {
  return { type: of.type, code: [...of.code, of.type === 'i32' ? 0x68 : 0x7a] };
}
/** The number of bits that are set. */
export function ones(of: Expression<'i32'>): Expression<'i32'> {
  return { type: 'i32', code: [...of.code, 0x69] };
}
export function not(of: Expression<'i32'>): Expression<'i32'> {
  return { type: 'i32', code: [...of.code, 0x45] };
}
export function number(value: number): Expression<'i32'> {
  return { type: 'i32', code: codeOf(value) };
}
export function constant(value: bigint): Expression<'i64'> {
  return { type: 'i64', code: codeOf(value) };
}
export function lowHalf(of: Expression<'i64'>): Expression<'i32'> {
  return { type: 'i32', code: [...of.code, 0xa7] };
}
export function widen(of: Expression<'i32'>): Expression<'i64'> {
  return { type: 'i64', code: [...of.code, 0xad] };
}

/** One of two values, both computed: no branch for the processor to guess wrong. */
export function choose<T extends ValueType>(
  condition: Expression<'i32'>,
  then: Expression<T>,
  otherwise: Operand<T>,
): Expression<T> {
  return { type: then.type, code: [...then.code, ...codeOf(otherwise), ...condition.code, 0x1b] };
}

/** Memory access at an address plus a constant offset. */
export function loadByte(address: Expression<'i32'>, offset = 0): Expression<'i32'> {
  return { type: 'i32', code: [...address.code, 0x2d, 0, ...leb(offset)] };
}
export function load32(address: Expression<'i32'>, offset = 0): Expression<'i32'> {
  return { type: 'i32', code: [...address.code, 0x28, 0, ...leb(offset)] };
}
export function load64(address: Expression<'i32'>, offset = 0): Expression<'i64'> {
  return { type: 'i64', code: [...address.code, 0x29, 0, ...leb(offset)] };
}
export function load16Bytes(address: Expression<'i32'>, offset = 0): Expression<'v128'> {
  return { type: 'v128', code: [...address.code, 0xfd, 0x00, 0, ...leb(offset)] };
}
export function storeByte(address: Expression<'i32'>, offset: number, value: Operand<'i32'>): Statement {
  return [...address.code, ...codeOf(value), 0x3a, 0, ...leb(offset)];
}
export function store32(address: Expression<'i32'>, offset: number, value: Operand<'i32'>): Statement {
  return [...address.code, ...codeOf(value), 0x36, 0, ...leb(offset)];
}
export function store64(address: Expression<'i32'>, offset: number, value: Operand<'i64'>): Statement {
  return [...address.code, ...codeOf(value), 0x37, 0, ...leb(offset)];
}

/** Sixteen copies of a byte; the lanes where two vectors agree; lanes set in either; one bit per set lane. */
export function splat(byte: Operand<'i32'>): Expression<'v128'> {
  return { type: 'v128', code: [...codeOf(byte), 0xfd, 0x0f] };
}
export function equalLanes(left: Expression<'v128'>, right: Expression<'v128'>): Expression<'v128'> {
  return { type: 'v128', code: [...left.code, ...right.code, 0xfd, 0x23] };
}
export function eitherLanes(left: Expression<'v128'>, right: Expression<'v128'>): Expression<'v128'> {
  return { type: 'v128', code: [...left.code, ...right.code, 0xfd, 0x50] };
}
export function laneBits(of: Expression<'v128'>): Expression<'i32'> {
  return { type: 'i32', code: [...of.code, 0xfd, 0xe4, 0x00] };
}

/** `local = value`. */
export function set<T extends ValueType>(local: Local<T>, value: Operand<T>): Statement {
  return [...codeOf(value), 0x21, ...leb(local.index)];
}
/** Runs the statements when the condition is not zero, else the alternative. */
export function when(
  condition: Expression<'i32'>,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): Statement {
  const alternative = otherwise.length === 0 ? [] : [0x05, ...otherwise.flat()];
  return [...condition.code, 0x04, emptyBlock, ...then.flat(), ...alternative, 0x0b];
}
/** Tests, runs the statements, and starts over. */
export function whilst(condition: Expression<'i32'>, body: readonly Statement[]): Statement {
  return [
    0x02,
    emptyBlock,
    0x03,
    emptyBlock,
    ...condition.code,
    0x45,
    0x0d,
    1,
    ...body.flat(),
    0x0c,
    0,
    0x0b,
    0x0b,
  ];
}
/** Ends the function, with its result if it has one. */
export function giveBack(value?: Operand<ValueType>): Statement {
  return [...(value === undefined ? [] : codeOf(value)), 0x0f];
}
/** Calls a function that gives nothing back. */
export function call(target: Callable, ...operands: readonly Operand<ValueType>[]): Statement {
  return [...operands.flatMap(codeOf), 0x10, ...leb(target.index)];
}
/** Calls a function for its value. */
export function callFor<T extends ValueType>(
  type: T,
  target: Callable,
  ...operands: readonly Operand<ValueType>[]
): Expression<T> {
  return { type, code: call(target, ...operands) };
}

/** A function's number in its module. */
export interface Callable {
  readonly index: number;
}
