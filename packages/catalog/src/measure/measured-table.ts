import type { QualifiedName } from '@shardwright/core';
import type { ColumnSketch } from './column-sketch.ts';
import type { ColumnSummary } from './column-summary.ts';
import { SamplePlan } from './sample-plan.ts';

/** A table with what was measured of it so far. */
export interface MeasuredTable {
  readonly name: QualifiedName;
  /** By key slot. */
  readonly keys: readonly { readonly column: string; readonly index: number }[];
  rows: number;
  bytes: number;
  /** Rows that were measured. */
  measured: number;
  /** While it has a place in the kernel's memory. */
  sketches: readonly ColumnSketch[] | undefined;
  /** What its sketches held when they lost that place. */
  summaries: readonly ColumnSummary[] | undefined;
  readonly plan: SamplePlan | undefined;
  /** Rows to pass over before the next that is measured, and what that one stands for. */
  skip: number;
  weight: number;
}

/** A table of which nothing is measured yet. */
export function newMeasuredTable(
  name: QualifiedName,
  keys: MeasuredTable['keys'],
  sampleRows: number | undefined,
): MeasuredTable {
  const plan = sampleRows === undefined ? undefined : new SamplePlan(sampleRows);
  const table: MeasuredTable = {
    ...{ name, keys, plan, rows: 0, bytes: 0, measured: 0 },
    ...{ sketches: undefined, summaries: undefined, skip: 0, weight: 1 },
  };
  planNext(table);
  return table;
}

/** Chooses the next row of a sampled table. */
export function planNext(table: MeasuredTable): void {
  if (table.plan !== undefined) ({ skip: table.skip, weight: table.weight } = table.plan.next());
}
