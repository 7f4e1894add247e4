import type { Decision } from './analysis.ts';

/**
 * A proposed layout: one decision per table. Rules check it, the classifier predicts query classes under it,
 * the optimiser searches for the best one.
 */
export interface Design {
  /** By `nameKey` of the table. Partitions follow their parent and are listed too. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly shardCount: number;
  /** Worker nodes. */
  readonly nodes: number;
}
