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
    'New rows of the local table are still checked, by a distributed query. But what the constraint should do when referenced rows change hangs on the empty shell on the coordinator: DELETE and UPDATE neither cascade nor fail, and leave rows that point at nothing.',
  check: (subject) =>
    foreignKeyFindings(
      subject,
      'foreign-key-from-local-to-distributed',
      ({ table, foreignKey, target }) => ({
        but: `leads from a local table to ${displayName(target)}, which is distributed`,
        consequence:
          'Nothing is refused, but DELETE and UPDATE of referenced rows neither cascade nor fail: rows are left that point at nothing.',
        remedy: `${dropConstraint(table, foreignKey.name)} or distribute ${displayName(table)} too.`,
        automatic: true,
      }),
      // Citus does refuse it for local tables in its metadata.
      ({ table }) => !subject.isInMetadata(table),
    ),
};
