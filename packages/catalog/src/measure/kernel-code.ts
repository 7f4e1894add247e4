import { defineHash } from './kernel-hash.ts';
import { defineInsertRows } from './kernel-insert-rows.ts';
import { memoryPages } from './kernel-layout.ts';
import { defineMeasure, defineVote } from './kernel-measure.ts';
import { defineParseRows } from './kernel-parse-rows.ts';
import { defineSkipRows } from './kernel-skip-rows.ts';
import { ModuleBuilder } from './wasm-module.ts';

/**
 * The kernel: the inner loops over the rows of a dump, as WebAssembly.
 *
 * Why: a dump with data must be read as fast as a disk gives it. In JavaScript the loops over COPY text read a table
 * of four integers (26 bytes a row, the slowest there is) at 220 MB/s before a value is counted; with 16-byte vectors
 * and 64-bit arithmetic, which JavaScript has neither of, such a table is measured completely at 360 MB/s,
 * pgbench_accounts at 960, rows of 350 bytes at 1,220, and INSERTs at 220 to 330 instead of 60 to 80 (megabytes of
 * dump for each second of one core, Node 20). A compiled binary would need a tool chain on every
 * machine that builds this; the module is made from this text when the program starts, in a few milliseconds.
 *
 * How to read it: kernel-layout.ts is the map of the memory that both sides use, input window included, so that
 * nothing is copied between them. Each kernel-….ts after it is one function:
 *
 * - kernel-parse-rows.ts: COPY text to fields · kernel-skip-rows.ts: COPY text passed over, for samples
 * - kernel-insert-rows.ts: the rows of INSERTs to fields
 * - kernel-measure.ts: a column's fields counted · kernel-hash.ts: the hash of a value
 * - kernel-scan.ts: the vector idioms they share
 *
 * wasm-assembler.ts turns `set(at, add(at, 1))` into instructions: `set` assigns, `when` is if, `whilst` while,
 * `giveBack` return; `load…` and `store…` take an address and a constant offset. The lists are the program itself,
 * built once; they run only when kernel.ts has compiled them. row-batch.ts and table-measurer.ts are the callers.
 */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const admit = module.importFunction('admit', ['i32', 'i32', 'i64']);
  const witness = module.importFunction('witness', ['i32', 'i32', 'i64']);
  const hashOf = defineHash(module);
  defineParseRows(module);
  defineSkipRows(module);
  defineInsertRows(module);
  defineVote(module);
  defineMeasure(module, { admit, witness, hash: hashOf });
  return module.toBytes(memoryPages);
}
