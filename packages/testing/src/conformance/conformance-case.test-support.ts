import type { ClusterOptions } from '@shardwright/cluster';

/** A node as statements and answers of cases call it, whatever its name and port really are. */
export type NodeLabel = 'coordinator' | 'worker-1' | 'worker-2' | 'worker-3';

/** One thing that is done in a case. A text is one statement on the coordinator whose answer is recorded. */
export type Step =
  | string
  /** Statements that have to succeed; their answers are not recorded. */
  | { readonly kind: 'given'; readonly sql: string; readonly on?: NodeLabel | 'every node' }
  /** One statement whose answer is recorded. */
  | { readonly kind: 'ask'; readonly sql: string; readonly on: NodeLabel }
  /** Waits for a condition on the coordinator, an SQL expression. */
  | { readonly kind: 'wait'; readonly until: string }
  /** Nodes of a cluster of the case's own are started anew, with PGPASSWORD in their environment or without. */
  | { readonly kind: 'restart'; readonly pgpassword?: string }
  /** Runs pg_dump on a node and records the lines that match. */
  | {
      readonly kind: 'dump';
      readonly on: NodeLabel;
      readonly lines: RegExp;
    };

/** What a case runs in. */
export type Place =
  /** A database that cases share, with two workers; each finds it without tables and with numbers from the start. */
  | { readonly kind: 'shared' }
  /**
   * A database of its own on the same nodes, for what changes the nodes as Citus knows them: registered, or with the
   * extension only, or without.
   */
  | { readonly kind: 'database'; readonly citus: 'registered' | 'installed' | 'absent' }
  /** Servers of its own, for what changes settings. */
  | {
      readonly kind: 'cluster';
      readonly workers: number;
      readonly settings?: NonNullable<ClusterOptions['settings']>;
    };

/** One form, right or wrong, of one statement or operation. */
export interface Case {
  /** Heading in the golden file. */
  readonly id: string;
  /** A wrong form is one to keep away from: Citus refuses it, or takes it and then does something else. */
  readonly form: 'right' | 'wrong';
  /** What the case shows, in one sentence. */
  readonly claim: string;
  /** Default: the shared database. */
  readonly place?: Place;
  /** Without it on the nodes, the case cannot run. */
  readonly extension?: string;
  /** Why it needs servers on this machine, where it does. */
  readonly onlyLocal?: string;
  readonly steps: readonly Step[];
}

/** The cases that one source document gave rise to; one golden file. */
export interface Chapter {
  /** Name of the golden file. */
  readonly name: string;
  readonly title: string;
  readonly cases: readonly Case[];
  /** What the document describes and no database can be asked. */
  readonly notRun: readonly { readonly what: string; readonly why: string }[];
}

/** A step whose statements have to succeed and whose answers are not recorded. */
export function given(sql: string, on?: NodeLabel | 'every node'): Step {
  return { kind: 'given', sql, ...(on === undefined ? {} : { on }) };
}

/** A step that records a node's answer to one statement. */
export function ask(on: NodeLabel, sql: string): Step {
  return { kind: 'ask', sql, on };
}
