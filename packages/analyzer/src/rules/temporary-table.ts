import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Temporary table. */
export const temporaryTable: Rule = {
  id: 'temporary-table',
  title: 'Temporary table',
  effect: 'refused',
  severity: 'error',
  explain: 'A temporary table belongs to one session on one node.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (table.persistence !== 'temporary' || subject.decisionOf(table).kind === 'local') continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is a temporary table.`,
        consequence: 'Citus refuses the table.',
        remedy: 'Keep it local, or create it as a plain table.',
        automatic: true,
        citusMessage: 'cannot distribute a temporary table',
        line: table.definition.line,
      };
    }
  },
};
