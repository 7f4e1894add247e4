import { citusError } from './citus-message.ts';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { replaceForeignKey } from './wording.ts';

/** ON DELETE SET NULL or SET DEFAULT on a foreign key with the key. */
export const foreignKeyOnDeleteSetsKey: Rule = {
  id: 'foreign-key-on-delete-sets-key',
  title: 'ON DELETE SET NULL or SET DEFAULT on a foreign key with the key',
  effect: 'refused',
  severity: 'error',
  explain:
    "Citus refuses these actions wherever the distribution column is among the referencing columns, also when PostgreSQL 15's column list spares it, and also when the foreign key refers to a reference table. " +
    'A foreign key that has to be extended by the key runs into it then.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-on-delete-sets-key', ({ table, foreignKey, outcome }) => ({
      but: outcome.rules.includes('foreign-key-lacks-key')
        ? 'sets columns on delete, which is not allowed once it contains the distribution column'
        : 'would set the distribution column on delete',
      consequence:
        'Citus refuses the constraint; without the action, deleting a referenced row fails instead.',
      remedy: `${replaceForeignKey(table, foreignKey, outcome)} and clear the column in the application before the delete (or use ON DELETE CASCADE if the rows may go).`,
      automatic: true,
      citusMessage: citusError('cannot create foreign key constraint', {
        detail:
          'SET NULL or SET DEFAULT is not supported in ON DELETE operation when distribution key is included in ' +
          'the foreign key constraint',
      }),
    })),
};
