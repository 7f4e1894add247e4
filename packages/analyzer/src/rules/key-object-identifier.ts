import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Key of type oid. */
export const keyObjectIdentifier: Rule = {
  id: 'key-object-identifier',
  title: 'Key of type oid',
  effect: 'advice',
  severity: 'warning',
  explain:
    'An oid hashes alike on every node, but it usually names an object (a large object, a relation) that exists on one server only.',
  check: (subject) =>
    keyFindings(subject, 'key-object-identifier', () => ({
      consequence: 'The rows are spread; what the values point to stays on the old server.',
      remedy: 'Distribute by another column, or make it bigint if it is a plain number.',
      automatic: false,
    })),
};
