import { citusError } from './citus-message.ts';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { replaceForeignKey } from './wording.ts';

/** ON UPDATE action on a foreign key with the key. */
export const foreignKeyOnUpdateChangesKey: Rule = {
  id: 'foreign-key-on-update-changes-key',
  title: 'ON UPDATE action on a foreign key with the key',
  effect: 'refused',
  severity: 'error',
  explain:
    'A distribution column cannot be updated, not even to the same value by way of a foreign key, so ON UPDATE CASCADE, SET NULL and SET DEFAULT are refused where it is among the referencing columns. ' +
    'A foreign key that has to be extended by the key runs into it then.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-on-update-changes-key', ({ table, foreignKey, outcome }) => ({
      but: outcome.rules.includes('foreign-key-lacks-key')
        ? 'follows updates, which is not allowed once it contains the distribution column'
        : 'would update the distribution column',
      consequence:
        'Citus refuses the constraint; without the action, changing a referenced value fails instead.',
      remedy: replaceForeignKey(table, foreignKey, outcome),
      automatic: true,
      citusMessage: citusError('cannot create foreign key constraint', {
        detail:
          'SET NULL, SET DEFAULT or CASCADE is not supported in ON UPDATE operation when distribution key ' +
          'included in the foreign constraint.',
      }),
    })),
};
