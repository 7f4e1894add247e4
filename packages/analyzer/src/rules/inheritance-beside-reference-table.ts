import { displayName } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** Inherited local table that foreign keys connect with a reference table. */
export const inheritanceBesideReferenceTable: Rule = {
  id: 'inheritance-beside-reference-table',
  title: 'Inherited local table that foreign keys connect with a reference table',
  effect: 'refused',
  severity: 'error',
  explain:
    'When a local table refers to a reference table, Citus adds the local table and all that foreign keys connect it with to its metadata, and inherited tables cannot be added.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind !== 'local' || !subject.isInMetadata(table)) continue;
      if (table.inherits.length === 0 && subject.childrenOf(table).length === 0) continue;
      const [own] = [...subject.foreignKeysFrom(table), ...subject.foreignKeysTo(table)];
      yield {
        table: nameOf(table),
        ...(own === undefined ? {} : { object: own.foreignKey.name }),
        message: `${displayName(table)} takes part in inheritance, and foreign keys connect it with a reference table.`,
        consequence: 'Citus refuses to make the other table a reference table.',
        remedy:
          own === undefined
            ? 'Drop the foreign keys that connect them.'
            : dropConstraint(own.table, own.foreignKey.name),
        automatic: true,
        citusMessage: citusError(
          `cannot add local table "${table.name}" to metadata, local tables added to metadata cannot be involved in inheritance relationships`,
          { detail: metadataDetail },
        ),
        line: own?.foreignKey.definition.line ?? table.definition.line,
      };
    }
  },
};
