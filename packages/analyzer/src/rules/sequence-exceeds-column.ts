import { displayName, quoteIdentifier } from '@shardwright/core';
import { integerTypes } from './integer-types.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Sequence whose limits do not fit its column. */
export const sequenceExceedsColumn: Rule = {
  id: 'sequence-exceeds-column',
  title: 'Sequence whose limits do not fit its column',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus changes the type of a sequence to the type of the column. Limits that were set by hand and lie outside of it make that fail.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local') continue;
      for (const column of table.columns) {
        if (column.sequence === undefined || column.identity !== undefined) continue;
        const range = column.type.schema === 'pg_catalog' ? integerTypes[column.type.name] : undefined;
        const sequence = subject.sequence(column.sequence);
        if (range === undefined || sequence?.maxValue === undefined) continue;
        // The old type's own limit moves along with the type.
        if (BigInt(sequence.maxValue) === integerTypes[sequence.dataType]?.maximum) continue;
        if (BigInt(sequence.maxValue) <= range.maximum) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(sequence)} goes up to ${sequence.maxValue}, more than ${displayName(table)}.${column.name} (${range.sql}) holds.`,
          consequence: 'Citus fails to distribute the table.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE bigint; or ALTER SEQUENCE ${displayName(sequence)} NO MAXVALUE;`,
          automatic: true,
          citusMessage: `MAXVALUE (${sequence.maxValue}) is out of range for sequence data type ${range.sql}`,
          line: table.definition.line,
        };
      }
    }
  },
};
