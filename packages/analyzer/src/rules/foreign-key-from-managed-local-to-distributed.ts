import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** Foreign key to a distributed table from a local table beside a reference table. */
export const foreignKeyFromManagedLocalToDistributed: Rule = {
  id: 'foreign-key-from-managed-local-to-distributed',
  title: 'Foreign key to a distributed table from a local table beside a reference table',
  effect: 'refused',
  severity: 'error',
  explain:
    "Local tables that foreign keys connect with a reference table are in Citus' metadata, and there a foreign key to a distributed table is refused. (Between plain local tables and distributed ones nobody looks: see foreign-key-from-local-to-distributed.)",
  *check(subject) {
    for (const { table, foreignKey, target, from, to } of subject.foreignKeys) {
      if (from.kind !== 'local' || to.kind !== 'distributed' || !subject.isInMetadata(table)) continue;
      yield {
        table: nameOf(table),
        object: foreignKey.name,
        message: `${displayName(table)} FOREIGN KEY ${foreignKey.name} leads from a local table to ${displayName(target)}, which is distributed, and other foreign keys connect ${displayName(table)} with a reference table.`,
        consequence: `Citus refuses to distribute ${displayName(target)}.`,
        remedy: `${dropConstraint(table, foreignKey.name)} or distribute ${displayName(table)} too.`,
        automatic: true,
        citusMessage: citusError(
          'cannot create foreign key constraint since foreign keys from reference tables and local tables to ' +
            'distributed tables are not supported',
          {
            detail:
              'Reference tables and local tables can only have foreign keys to reference tables and local tables',
          },
        ),
        line: foreignKey.definition.line,
      };
    }
  },
};
