import { displayName, quoteIdentifier } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { collationName } from './collation.ts';
import { colocationGroups, commonest } from './colocation-groups.ts';
import { keyOf } from './object-key.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Keys of one co-location group with different collations. */
export const colocationCollationMismatch: Rule = {
  id: 'colocation-collation-mismatch',
  title: 'Keys of one co-location group with different collations',
  effect: 'refused',
  severity: 'error',
  explain:
    'The distribution columns of co-located tables must have the same collation too, even among deterministic ones, whose hashes are the same.',
  *check(subject) {
    for (const group of colocationGroups(subject)) {
      const model = commonest(group, ({ column }) => collationName(column));
      if (model === undefined) continue;
      for (const { table, column } of group) {
        // Different types are told by their own rule, and Citus complains about them first.
        const differs = collationName(column) !== collationName(model.column);
        if (!differs || keyOf(column.type) !== keyOf(model.column.type)) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} compares by collation ${collationName(column)}, but ${displayName(model.table)}.${model.column.name} of the same co-location group by ${collationName(model.column)}.`,
          consequence: 'Citus refuses to co-locate the tables.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE ${column.type.sql} COLLATE ${model.column.collation === undefined ? '"default"' : displayName(model.column.collation)};`,
          automatic: true,
          citusMessage: citusError(`cannot colocate tables ${table.name} and ${model.table.name}`, {
            detail: `Distribution column collations don't match for ${table.name} and ${model.table.name}.`,
          }),
          line: table.definition.line,
        };
      }
    }
  },
};
