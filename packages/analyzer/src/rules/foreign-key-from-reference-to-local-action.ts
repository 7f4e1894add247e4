import { displayName, quoteLiteral } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { foreignKeyFindings, referenceTableHint } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { replaceForeignKey } from './wording.ts';

/** Foreign key from a reference table to a local table that acts. */
export const foreignKeyFromReferenceToLocalAction: Rule = {
  id: 'foreign-key-from-reference-to-local-action',
  title: 'Foreign key from a reference table to a local table that acts',
  effect: 'refused',
  severity: 'error',
  explain:
    'A change of a local table cannot be carried to the copies of a reference table on other nodes, so only NO ACTION and RESTRICT are allowed.',
  check: (subject) =>
    foreignKeyFindings(
      subject,
      'foreign-key-from-reference-to-local-action',
      ({ table, foreignKey, target, outcome }) => ({
        but: `leads from a reference table to ${displayName(target)}, which stays local, and changes rows with it`,
        consequence: 'Citus refuses to make the table a reference table.',
        remedy: `SELECT create_reference_table(${quoteLiteral(displayName(target))}) first, which keeps the action; or ${replaceForeignKey(table, foreignKey, outcome)}`,
        automatic: true,
        citusMessage: citusError(
          'cannot define foreign key constraint, foreign keys from reference tables to local tables can only be ' +
            'defined with NO ACTION or RESTRICT behaviors',
          { hint: referenceTableHint(target.name) },
        ),
      }),
    ),
};
