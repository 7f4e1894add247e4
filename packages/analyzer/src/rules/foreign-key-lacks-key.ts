import { citusError } from './citus-message.ts';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, replaceForeignKey } from './wording.ts';

/** Foreign key without the distribution columns at the same position. */
export const foreignKeyLacksKey: Rule = {
  id: 'foreign-key-lacks-key',
  title: 'Foreign key without the distribution columns at the same position',
  effect: 'refused',
  severity: 'error',
  explain:
    'Between co-located tables a foreign key must pair the two distribution columns with each other, else the referenced row may live in another shard. References of a table to itself count too. ' +
    'Extending the foreign key keeps it, provided the referenced table has a unique constraint over the same columns. Where the key of one side is paired with another column of the other side, no extension helps.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-lacks-key', ({ table, foreignKey, outcome }) => ({
      but:
        outcome.kind === 'dropped'
          ? 'pairs a distribution column with another column'
          : 'does not contain the distribution columns',
      consequence: 'Citus refuses to distribute the table.',
      remedy:
        outcome.kind === 'dropped'
          ? `${dropConstraint(table, foreignKey.name)} or distribute both tables by columns that it pairs.`
          : replaceForeignKey(table, foreignKey, outcome),
      automatic: true,
      citusMessage: citusError('cannot create foreign key constraint', {
        detail:
          'Foreign keys are supported in two cases, either in between two colocated tables including partition ' +
          'column in the same ordinal in the both tables or from distributed to reference tables',
      }),
    })),
};
