import type { JsonQuery } from './row-queries.ts';

/** A part of a table on one side that is read by one query: some pages of it, or a shard. */
export interface TablePart {
  /** Of a shard, its number; parts of one table have different ones, copies of a shard the same. */
  readonly label: string;
  /** What it is a part of, of size `bytes`, for progress and pace. */
  readonly bytes: number;
  /** The node of a shard's copy. */
  readonly node?: string;
  /** Asks one query of JSON. */
  ask(query: JsonQuery): Promise<unknown>;
}
