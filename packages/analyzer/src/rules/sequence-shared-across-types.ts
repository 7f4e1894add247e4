import type { Column, Table } from '@shardwright/catalog';
import { displayName, type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { keyOf } from './object-key.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** One sequence for columns of different types. */
export const sequenceSharedAcrossTypes: Rule = {
  id: 'sequence-shared-across-types',
  title: 'One sequence for columns of different types',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus gives a sequence the type of the column that it feeds, so all columns of distributed and reference tables that draw from it must have the same type.',
  *check(subject) {
    const users = new Map<
      string,
      { table: Table; column: Column; position: number; sequence: QualifiedName }[]
    >();
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      table.columns.forEach((column, index) => {
        if (column.sequence === undefined || column.identity !== undefined) return;
        const key = keyOf(column.sequence);
        const entry = { table, column, position: index + 1, sequence: column.sequence };
        users.set(key, [...(users.get(key) ?? []), entry]);
      });
    }
    for (const [first, ...others] of users.values()) {
      if (first === undefined) continue;
      for (const other of others) {
        if (keyOf(other.column.type) === keyOf(first.column.type)) continue;
        // Within one table the first column is checked against the others, so the message names the other one.
        const named = other.table === first.table ? other : first;
        yield {
          table: nameOf(other.table),
          object: other.column.name,
          message: `${displayName(other.sequence)} feeds ${displayName(first.table)}.${first.column.name} (${first.column.type.sql}) and ${displayName(other.table)}.${other.column.name} (${other.column.type.sql}).`,
          consequence: 'Citus refuses the second table.',
          remedy: `${alterTable(other.table)} ALTER COLUMN ${quoteIdentifier(other.column.name)} TYPE ${first.column.type.sql};`,
          automatic: true,
          citusMessage: `The sequence ${quoteQualifiedName(other.sequence)} is already used for a different type in column ${named.position} of the table ${quoteQualifiedName(named.table)}`,
          line: other.table.definition.line,
        };
      }
    }
  },
};
