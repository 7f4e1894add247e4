import type { DataType } from '@shardwright/catalog';
import { displayName, quoteIdentifier } from '@shardwright/core';
import { colocationType, widerType } from '../relations/key-columns.ts';
import { citusError } from './citus-message.ts';
import { colocationGroups, commonest, type GroupMember } from './colocation-groups.ts';
import { keyOf } from './object-key.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Keys of one co-location group with different types. */
export const colocationTypeMismatch: Rule = {
  id: 'colocation-type-mismatch',
  title: 'Keys of one co-location group with different types',
  effect: 'refused',
  severity: 'error',
  explain:
    'Tables are co-located only when their distribution columns have exactly the same type: integer and bigint hash alike but do not match, nor do varchar and text, nor a domain and its base type. Lengths and precisions do not count. ' +
    'Without colocate_with Citus says nothing: it puts the table into another group, and every join and foreign key across them is refused or slow.',
  *check(subject) {
    for (const group of colocationGroups(subject)) {
      const model = modelOf(group);
      if (model === undefined) continue;
      for (const { table, column } of group) {
        if (typeIdentity(column.type) === typeIdentity(model.column.type)) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} is ${column.type.sql}, but ${displayName(model.table)}.${model.column.name} of the same co-location group is ${model.column.type.sql}.`,
          consequence: 'Citus refuses to co-locate the tables.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE ${model.column.type.sql};`,
          automatic: true,
          citusMessage: citusError(`cannot colocate tables ${model.table.name} and ${table.name}`, {
            detail: `Distribution column types don't match for ${model.table.name} and ${table.name}.`,
          }),
          line: table.definition.line,
        };
      }
    }
  },
};

/** Whose type the others take: the widest, where widening is all it takes, else the commonest. */
function modelOf(group: readonly GroupMember[]): GroupMember | undefined {
  const kinds = new Set(group.map(({ column }) => colocationType(column)));
  if (kinds.size > 1) return commonest(group, ({ column }) => typeIdentity(column.type));
  return group.reduce((model, member) =>
    widerType(model.column.type, member.column.type) === model.column.type ? model : member,
  );
}

/** A type without its modifiers: what Citus compares. */
function typeIdentity(type: DataType): string {
  return `${keyOf(type)}${type.arrayDimensions > 0 ? '[]' : ''}`;
}
