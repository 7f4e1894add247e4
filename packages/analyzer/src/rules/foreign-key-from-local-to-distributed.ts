import { displayName } from '@shardwright/core';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint } from './wording.ts';

/** Foreign key from a local table to a distributed table. */
export const foreignKeyFromLocalToDistributed: Rule = {
  id: 'foreign-key-from-local-to-distributed',
  title: 'Foreign key from a local table to a distributed table',
  effect: 'silent',
  severity: 'error',
  explain:
    'When the referenced table is distributed while a plain local table refers to it, Citus does not object (only local tables that are in its metadata are checked, those connected to a reference table by foreign keys). ' +
    'The constraint then guards the empty shell on the coordinator: deletes no longer cascade or fail, and new rows are rejected because the rows they refer to are not found there.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-from-local-to-distributed', ({ table, foreignKey, target }) => ({
      but: `leads from a local table to ${displayName(target)}, which is distributed`,
      consequence:
        'Nothing is refused, but the constraint looks at an empty table: DELETE does not cascade or stop, and INSERT fails for rows that exist.',
      remedy: `${dropConstraint(table, foreignKey.name)} or distribute ${displayName(table)} too.`,
      automatic: true,
    })),
};
