import { ColumnSketch, type DecodeText } from './column-sketch.ts';
import { addSummaries, type ColumnSummary, everyHash } from './column-summary.ts';
import type { Kernel } from './kernel.ts';
import { columnState, poolAt, poolColumns } from './kernel-layout.ts';
import type { MeasuredTable } from './measured-table.ts';

/** Sampled values kept over all tables; each further column with many values gets a smaller part. */
const valueBudget = 262_144;

/** The places in the kernel's memory where columns are counted: fewer than a dump may have columns. */
export class SketchPool {
  readonly #kernel: Kernel;
  readonly #free: number[];
  #sampledColumns = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#free = Array.from({ length: poolColumns }, (_, index) => poolAt + index * columnState.size);
  }

  /** Gives a table its places; of `tables`, the first make room for it. */
  claim(table: MeasuredTable, tables: Iterable<MeasuredTable>, decode: DecodeText): void {
    if (table.sketches !== undefined) return;
    for (const other of tables) {
      if (this.#free.length >= table.keys.length) break;
      if (other !== table) this.release(other);
    }
    table.sketches = table.keys.map((_, keySlot) => {
      const options = { address: this.#free.pop() ?? poolAt, keySlot, decode };
      return new ColumnSketch(this.#kernel, options);
    });
  }

  /** Takes a table's state out of the kernel's memory. */
  release(table: MeasuredTable): void {
    const { sketches } = table;
    if (sketches === undefined) return;
    const fresh = sketches.map((sketch) => sketch.summarize());
    table.summaries = fresh.map((summary, slot) => {
      const before = table.summaries?.[slot];
      return this.#trim(before === undefined ? summary : addSummaries(before, summary));
    });
    for (const { address } of sketches) this.#free.push(address);
    table.sketches = undefined;
  }

  /** A dump of thousands of large tables keeps fewer values of each, so that memory stays bounded. */
  #trim(summary: ColumnSummary): ColumnSummary {
    if (summary.threshold === everyHash) return summary;
    const most = Math.max(64, Math.floor(valueBudget / ++this.#sampledColumns));
    if (summary.values.length <= most) return summary;
    const values = [...summary.values]
      .sort((left, right) => (left.hash < right.hash ? -1 : 1))
      .slice(0, most);
    return { ...summary, values, threshold: values.at(-1)?.hash ?? 0n };
  }
}
