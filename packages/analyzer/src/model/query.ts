import type { PlanClass } from '@shardwright/core';

/** How Citus will run a query: as one of its plans, not at all, or in a way that its text does not tell. */
export type QueryClass = PlanClass | 'unsupported' | 'unknown';

/** A query's class under a design. */
export interface Classification {
  readonly class: QueryClass;
  /** Why, in a sentence that names the table or clause. */
  readonly reason: string;
  /** Citus' message for `unsupported`, as far as it is known. */
  readonly error?: string;
  /** Shards the top job touches; absent when unknown. */
  readonly taskCount?: number;
}

/** A workload query with its class and what would make it better. */
export interface QueryAnalysis extends Classification {
  readonly fingerprint: string;
  readonly sql: string;
  readonly calls: number;
  readonly totalTimeMs?: number;
  readonly shareOfCalls: number;
  readonly shareOfTime?: number;
  readonly source: { readonly label: string; readonly line: number };
  /** The one predicate that would make it a router query, e.g. `orders.company_id = $n`. */
  readonly addPredicate?: string;
}

/** Shares by class. */
export interface QuerySummary {
  readonly queries: number;
  readonly calls: number;
  readonly totalTimeMs?: number;
  readonly classes: readonly {
    readonly class: QueryClass;
    readonly queries: number;
    readonly shareOfCalls: number;
    readonly shareOfTime?: number;
  }[];
}
