import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Array, range or document as key. */
export const keyStructuredValue: Rule = {
  id: 'key-structured-value',
  title: 'Array, range or document as key',
  effect: 'advice',
  severity: 'warning',
  explain:
    'Such a key routes only queries that compare the whole value by =; containment and element access go to every shard.',
  check: (subject) =>
    keyFindings(subject, 'key-structured-value', () => ({
      consequence: 'Hardly any query is answered by one shard.',
      remedy: 'Distribute by a scalar column; keep the part that queries use as a column of its own.',
      automatic: false,
    })),
};
