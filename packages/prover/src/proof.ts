import type { ProviderName } from '@shardwright/cluster';

/** What became of a plan on an empty Citus. JSON goes in and out unchanged. */
export interface Proof {
  readonly proofVersion: '1.0';
  /** Everything was tried, nothing failed, nothing differs, nothing is left. */
  readonly holds: boolean;
  /** Extensions of the plan that the proof's servers do not have: a lack of this machine, not of the plan. */
  readonly missingExtensions: readonly string[];
  /** Steps, by id, that need those: whether they work is not known. They count nowhere else. */
  readonly untried: readonly string[];
  readonly citusVersion: string;
  readonly postgresVersion: string;
  readonly provider: ProviderName;
  readonly workers: number;
  /** Shards of each co-location group in the proof; the plan's own number takes longer and shows no more. */
  readonly shardCount: number;
  readonly steps: number;
  readonly statements: number;
  /** Statements that the server refused, in order; what follows the first may only follow from it. */
  readonly failures: readonly StatementFailure[];
  /** Where the result is not what the plan says. */
  readonly differences: readonly Difference[];
  readonly undo: {
    readonly failures: readonly StatementFailure[];
    /** Objects that are still there once the plan is taken back. */
    readonly left: readonly string[];
  };
  readonly seconds: {
    readonly start: number;
    readonly apply: number;
    readonly compare: number;
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
