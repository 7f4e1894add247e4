import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { replaceForeignKey } from './wording.ts';

/** SET DEFAULT on a column that a sequence feeds. */
export const foreignKeyDefaultFromSequence: Rule = {
  id: 'foreign-key-default-from-sequence',
  title: 'SET DEFAULT on a column that a sequence feeds',
  effect: 'refused',
  severity: 'error',
  explain:
    'Shards are made without nextval defaults, so SET DEFAULT would store NULL there. It holds for local tables that refer to a reference table as well.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-default-from-sequence', ({ table, foreignKey, outcome }) => ({
      but: 'sets a column to its default, and the default is a sequence',
      consequence: 'Citus refuses the constraint.',
      remedy: replaceForeignKey(table, foreignKey, outcome),
      automatic: true,
      citusMessage:
        'cannot create foreign key constraint since Citus does not support ON DELETE / UPDATE SET DEFAULT ' +
        'actions on the columns that default to sequences',
    })),
};
