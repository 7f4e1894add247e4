import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint } from './wording.ts';

/** Foreign key from a reference table to a distributed table. */
export const foreignKeyFromReferenceToDistributed: Rule = {
  id: 'foreign-key-from-reference-to-distributed',
  title: 'Foreign key from a reference table to a distributed table',
  effect: 'refused',
  severity: 'error',
  explain: 'Every node holds the whole reference table, but only some of the rows it would refer to.',
  check: (subject) =>
    foreignKeyFindings(
      subject,
      'foreign-key-from-reference-to-distributed',
      ({ table, foreignKey, target }) => ({
        but: `leads from a reference table to ${displayName(target)}, which is distributed`,
        consequence: 'Citus refuses to make the table a reference table while the constraint is there.',
        remedy: `${dropConstraint(table, foreignKey.name)} or distribute ${displayName(table)} too, or keep ${displayName(target)} a reference table.`,
        automatic: true,
        citusMessage: citusError(
          'cannot create foreign key constraint since foreign keys from reference tables and local tables to ' +
            'distributed tables are not supported',
          {
            detail:
              'Reference tables and local tables can only have foreign keys to reference tables and local tables',
          },
        ),
      }),
    ),
};
