import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Distribution column that does not exist. */
export const keyMissing: Rule = {
  id: 'key-missing',
  title: 'Distribution column that does not exist',
  effect: 'refused',
  severity: 'error',
  explain:
    'The design names a column that the table does not have and that is not to be added: usually a misspelt override.',
  *check(subject) {
    for (const { table, decision, column } of subject.distributed) {
      if (column !== undefined || decision.addedColumn) continue;
      yield {
        table: nameOf(table),
        object: decision.column,
        message: `${displayName(table)} has no column ${decision.column}.`,
        consequence: 'Citus refuses to distribute the table.',
        remedy: `Name one of its columns: ${table.columns.map((candidate) => candidate.name).join(', ')}.`,
        automatic: false,
        citusMessage: `column "${decision.column}" of relation "${table.name}" does not exist`,
        line: table.definition.line,
      };
    }
  },
};
