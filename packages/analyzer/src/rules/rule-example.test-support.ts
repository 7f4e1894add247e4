/**
 * A schema for each rule that breaks it, and a near miss that does not. Unit tests run the rules over them; the
 * Citus tests apply the same words to a real cluster and compare what it says.
 */
export interface RuleExample {
  readonly rule: string;
  readonly name?: string;
  readonly sql: string;
  readonly design: DesignWords;
  /** Statements after the tables are spread, where Citus speaks only then. */
  readonly afterwards?: string;
  /** Why the server's words are not compared, where a test cluster cannot bring it about. */
  readonly notOnServer?: string;
  /** How many findings of the rule; 1 unless given. */
  readonly findings?: number;
  readonly nearMiss: {
    readonly sql?: string;
    readonly design?: DesignWords;
    readonly afterwards?: string;
    readonly notOnServer?: string;
  };
}

/**
 * Tables in the order in which they are spread: `key` (distributed by it, in the common group), `key in group`,
 * `+key` (a column to be added), `range key`, `reference`, `local`, or `schema` (its schema is distributed).
 */
export type DesignWords = Readonly<Record<string, string>>;
