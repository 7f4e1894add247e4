import { kernelBytes } from './kernel-code.ts';
import { memoryPages } from './kernel-layout.ts';

/** The kernel's functions; addresses are byte offsets in its memory. See kernel-code.ts for what each does. */
interface KernelFunctions {
  hash(address: number, length: number): bigint;
  parseRows(position: number, end: number, firstRow: number, lastRow: number): number;
  skipRows(position: number, end: number, most: number): number;
  insertRows(
    position: number,
    end: number,
    firstRow: number,
    lastRow: number,
    isMeasured: number,
    beginningLength: number,
  ): number;
  vote(slotAddress: number, hash: bigint, weight: bigint): void;
  measure(columnState: number, keySlot: number, rows: number, weight: bigint): void;
}

/** What the kernel hands to JavaScript: it happens once in thousands of rows. */
export interface KernelCallbacks {
  /** A value below the threshold that the table of values does not hold yet. */
  admit(keySlot: number, row: number, hash: bigint): void;
  /** A candidate for a heavy hitter whose text is worth keeping. */
  witness(keySlot: number, row: number, hash: bigint): void;
}

/** The kernel with its memory seen as bytes and as numbers. */
export interface Kernel extends KernelFunctions {
  readonly bytes: Buffer;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
}

// The part of the global that is used: neither the es2023 library nor Node's types declare it.
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (limits: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** A kernel with a memory of its own; pages that are never touched cost nothing. */
export function createKernel(callbacks: KernelCallbacks): Kernel {
  compiled ??= new WebAssembly.Module(kernelBytes());
  const memory = new WebAssembly.Memory({ initial: memoryPages });
  const env = {
    memory,
    admit: (keySlot: number, row: number, hash: bigint) =>
      callbacks.admit(keySlot, row, BigInt.asUintN(64, hash)),
    witness: (keySlot: number, row: number, hash: bigint) =>
      callbacks.witness(keySlot, row, BigInt.asUintN(64, hash)),
  };
  // The module is ours, so its exports are known to have these types.
  const functions = new WebAssembly.Instance(compiled, { env }).exports as KernelFunctions;
  const { hash, parseRows, skipRows, insertRows, vote, measure } = functions;
  return {
    ...{ hash, parseRows, skipRows, insertRows, vote, measure },
    bytes: Buffer.from(memory.buffer),
    int32: new Int32Array(memory.buffer),
    int64: new BigInt64Array(memory.buffer),
    uint64: new BigUint64Array(memory.buffer),
  };
}
