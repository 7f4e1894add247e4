import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Key with hardly any values. */
export const keyFewValues: Rule = {
  id: 'key-few-values',
  title: 'Key with hardly any values',
  effect: 'advice',
  severity: 'warning',
  explain: 'No more shards can hold rows than the key has values, and no more nodes can work.',
  check: (subject) =>
    keyFindings(subject, 'key-few-values', () => ({
      consequence: 'Most shards stay empty; nodes beyond the number of values add nothing.',
      remedy: 'Distribute by a column with many values.',
      automatic: false,
    })),
};
