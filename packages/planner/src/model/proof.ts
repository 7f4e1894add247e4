import type { QueryClass } from '@shardwright/analyzer';

/** What became of a plan on an empty Citus. JSON goes in and out unchanged. */
export interface Proof {
  readonly proofVersion: '1.0';
  /** Everything was tried, nothing failed, nothing differs, nothing is left, no query is refused unforeseen, and some could be tried if there are any. */
  readonly holds: boolean;
  /** Extensions of the plan that the proof's servers do not have: a lack of this machine, not of the plan. */
  readonly missingExtensions: readonly string[];
  /** Steps, by id, that need those: whether they work is not known. They count nowhere else. */
  readonly untried: readonly string[];
  readonly citusVersion: string;
  readonly postgresVersion: string;
  readonly provider: string;
  readonly workers: number;
  /** Shards of each co-location group in the proof; the plan's own number takes longer and shows no more. */
  readonly shardCount: number;
  readonly steps: number;
  readonly statements: number;
  /** Statements that the server refused, in order; what follows the first may only follow from it. */
  readonly failures: readonly StatementFailure[];
  /** Where the result is not what the plan says. */
  readonly differences: readonly Difference[];
  /** Every query of the plan, in its order, as Citus explains it. */
  readonly queries: readonly QueryProof[];
  readonly undo: {
    readonly failures: readonly StatementFailure[];
    /** What is still there, or not as it was, on any node once the plan is taken back. */
    readonly left: readonly string[];
  };
  readonly seconds: {
    readonly start: number;
    readonly apply: number;
    readonly compare: number;
    readonly explain: number;
    readonly undo: number;
  };
}

/** A statement of a plan that a server refused. */
export interface StatementFailure {
  readonly step: string;
  readonly sql: string;
  /** The server's own words. */
  readonly message: string;
  readonly hint?: string;
}

/** One object that is not as the plan says. */
export interface Difference {
  readonly object: string;
  readonly expected: string;
  readonly found: string;
}

/** How Citus runs a query, beside how it was expected to. */
export interface QueryProof {
  readonly fingerprint: string;
  readonly sql: string;
  /** 0 … 1. */
  readonly shareOfCalls: number;
  readonly predicted: QueryClass;
  /** Absent where the server took the statement for wrong before Citus could plan it. */
  readonly real?: QueryClass;
  /**
   * `refused`: Citus does not run it, and nobody said so before; `other-class`: it runs, otherwise than expected;
   * `not-tried`: the statement itself is wrong on this database.
   */
  readonly outcome: 'as-predicted' | 'other-class' | 'refused' | 'not-tried';
  /** What tells the two apart, or what the class hangs on; absent where nothing is to be said. */
  readonly why?: string;
  /** The server's own words where it refused. */
  readonly message?: string;
  /** What stood for `$1`, `$2`, …, as SQL. */
  readonly values: readonly string[];
}
