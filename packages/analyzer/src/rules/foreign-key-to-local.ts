import { displayName, quoteLiteral } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { foreignKeyFindings, notColocatedMessage, referenceTableHint } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint } from './wording.ts';

/** Foreign key from a distributed table to a local table. */
export const foreignKeyToLocal: Rule = {
  id: 'foreign-key-to-local',
  title: 'Foreign key from a distributed table to a local table',
  effect: 'refused',
  severity: 'error',
  explain:
    'A shard can check a foreign key only against rows on its own node: shards of the same key range, or a reference table.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-to-local', ({ table, foreignKey, target }) => ({
      but: `leads from a distributed table to ${displayName(target)}, which stays local`,
      consequence: 'Citus refuses to distribute the table.',
      remedy: `SELECT create_reference_table(${quoteLiteral(displayName(target))}); or distribute it by the same key; or ${dropConstraint(table, foreignKey.name)}`,
      automatic: true,
      // In Citus' metadata the local table is a Citus table, only not a co-located one.
      citusMessage: subject.isBesideReferenceTable(target)
        ? notColocatedMessage
        : citusError(`referenced table "${target.name}" must be a distributed table or a reference table`, {
            detail:
              'To enforce foreign keys, the referencing and referenced rows need to be stored on the same node.',
            hint: referenceTableHint(target.name),
          }),
    })),
};
