import type { QualifiedName } from '@shardwright/core';

/** How much a finding matters: `error` Citus refuses or data goes wrong; `warning` behaviour changes; `info` good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing about one object that someone has to know or do. */
export interface Finding {
  /** The rule's id: its file name and its heading in docs/rules.md. */
  readonly rule: string;
  /** The rule in a few words, the same for all its findings. */
  readonly title: string;
  readonly severity: Severity;
  /** Whether Citus reports it itself (`refused`), or stays silent and is wrong later (`silent`), or it is advice. */
  readonly effect: 'refused' | 'silent' | 'advice';
  readonly table?: QualifiedName;
  /** The constraint, index, column, trigger, … it is about. */
  readonly object?: string;
  /** What is the case. */
  readonly message: string;
  /** What happens if nothing is done. */
  readonly consequence: string;
  /** What to do. */
  readonly remedy: string;
  /** Whether `migrate plan` takes care of it by itself. */
  readonly automatic: boolean;
  /** Citus' own message, as a server would print it for this object; absent where Citus is silent. */
  readonly citusMessage?: string;
  /** 1-based line of the statement behind it; 0 for live databases. */
  readonly line: number;
}
