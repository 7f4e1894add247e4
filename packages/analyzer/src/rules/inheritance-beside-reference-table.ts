import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** Inherited local table with a foreign key to a reference table. */
export const inheritanceBesideReferenceTable: Rule = {
  id: 'inheritance-beside-reference-table',
  title: 'Inherited local table with a foreign key to a reference table',
  effect: 'refused',
  severity: 'error',
  explain:
    'When a local table refers to a reference table, Citus adds the local table and all that foreign keys connect it with to its metadata, and inherited tables cannot be added.',
  *check(subject) {
    for (const { table, foreignKey, target, from, to } of subject.foreignKeys) {
      if (from.kind !== 'local' || to.kind !== 'reference') continue;
      if (table.inherits.length === 0 && subject.childrenOf(table).length === 0) continue;
      yield {
        table: nameOf(table),
        object: foreignKey.name,
        message: `${displayName(table)} takes part in inheritance and refers to the reference table ${displayName(target)}.`,
        consequence: `Citus refuses to make ${displayName(target)} a reference table.`,
        remedy: dropConstraint(table, foreignKey.name),
        automatic: true,
        citusMessage: citusError(
          `cannot add local table "${table.name}" to metadata, local tables added to metadata cannot be involved in inheritance relationships`,
          {
            detail:
              'When adding a foreign key from a local table to a reference table, Citus applies a conversion to all the local tables in the foreign key graph',
          },
        ),
        line: foreignKey.definition.line,
      };
    }
  },
};
