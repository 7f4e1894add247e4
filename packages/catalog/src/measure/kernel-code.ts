import { defineHash } from './kernel-hash.ts';
import { defineInsertRows } from './kernel-insert-rows.ts';
import { memoryPages } from './kernel-layout.ts';
import { defineMeasure, defineVote } from './kernel-measure.ts';
import { defineParseRows } from './kernel-parse-rows.ts';
import { defineSkipRows } from './kernel-skip-rows.ts';
import { ModuleBuilder } from './wasm-assembler.ts';

/**
 * The inner loops over COPY text, as WebAssembly. In JavaScript the same loops read a table of four integers
 * (26 bytes a row, the slowest there is) at 220 MB/s before a value is counted; with 16-byte vectors and 64-bit
 * arithmetic such a table is measured completely at 360 MB/s, pgbench_accounts at 960, rows of 350 bytes at 1,220
 * (megabytes of dump for each second of one 2.3 GHz core, Node 20).
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
