import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Array or composite key of a type without hash. */
export const keyTypeCrashes: Rule = {
  id: 'key-type-crashes',
  title: 'Array or composite key of a type without hash',
  effect: 'silent',
  severity: 'error',
  explain:
    'Arrays and composites always have a hash operator class, so Citus accepts them; only the first row finds that the element type has no hash function. ' +
    'On Citus 13.2.2 the INSERT then ends the coordinator process with a segmentation fault, and every session with it.',
  check: (subject) =>
    keyFindings(subject, 'key-type-crashes', () => ({
      consequence:
        'The table is distributed without an error; the first INSERT ends the server process and all sessions.',
      remedy: 'Distribute by another column.',
      automatic: false,
    })),
};
