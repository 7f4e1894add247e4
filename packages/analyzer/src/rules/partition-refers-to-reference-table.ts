import { displayName } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** Foreign key of a single local partition to a reference table. */
export const partitionRefersToReferenceTable: Rule = {
  id: 'partition-refers-to-reference-table',
  title: 'Foreign key of a single local partition to a reference table',
  effect: 'refused',
  severity: 'error',
  explain:
    'When a local table refers to a reference table, Citus adds it to its metadata. It takes partitioned tables there, but not a foreign key that belongs to one partition only.',
  *check(subject) {
    for (const { table, foreignKey, target, from, to } of subject.foreignKeys) {
      const parent = table.partitionOf?.parent;
      if (parent === undefined || from.kind !== 'local' || to.kind !== 'reference') continue;
      yield {
        table: nameOf(table),
        object: foreignKey.name,
        message: `The partition ${displayName(table)} refers to the reference table ${displayName(target)} by a foreign key of its own.`,
        consequence: `Citus refuses to make ${displayName(target)} a reference table.`,
        remedy: `${dropConstraint(table, foreignKey.name)} or add the foreign key to ${displayName(parent)} instead.`,
        automatic: true,
        citusMessage: citusError('cannot build foreign key between reference table and a partition', {
          detail: metadataDetail,
          hint: `Try using parent table: ${parent.name}`,
        }),
        line: foreignKey.definition.line,
      };
    }
  },
};
