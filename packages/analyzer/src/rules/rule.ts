import type { Finding, Severity } from '../model/finding.ts';
import type { RuleSubject } from './subject.ts';

/** A finding before the engine adds what every finding of its rule shares; `severity` overrides the rule's. */
export type FindingDraft = Omit<Finding, 'rule' | 'title' | 'effect' | 'severity'> & {
  readonly severity?: Severity;
};

/** One thing Citus asks of a schema, or does with it without a word. */
export interface Rule {
  /** The file's name and the heading in docs/rules.md. */
  readonly id: string;
  readonly title: string;
  readonly effect: Finding['effect'];
  readonly severity: Severity;
  /** Why Citus is like that and what follows, for the documentation. */
  readonly explain: string;
  readonly check: (subject: RuleSubject) => Iterable<FindingDraft>;
}
