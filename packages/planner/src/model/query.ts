import type { QueryClass } from '@shardwright/analyzer';

/** A query of the workload, and how Citus is expected to run it once the plan is applied. */
export interface PlannedQuery {
  readonly fingerprint: string;
  /** One statement; `$n` stands for values. */
  readonly sql: string;
  readonly calls: number;
  /** 0 … 1. */
  readonly shareOfCalls: number;
  readonly class: QueryClass;
  readonly reason: string;
  /** Citus' message where it is expected to refuse the query. */
  readonly error?: string;
}
