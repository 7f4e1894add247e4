import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Unlogged table. */
export const unloggedTable: Rule = {
  id: 'unlogged-table',
  title: 'Unlogged table',
  effect: 'silent',
  severity: 'info',
  explain:
    'The shards of an unlogged table are unlogged as well: after a crash of one worker its shards are empty while those of the other workers are not, and standbys never have them.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (table.persistence !== 'unlogged' || subject.decisionOf(table).kind === 'local') continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is unlogged.`,
        consequence: 'Its shards are unlogged too: a crash of one node empties part of the table.',
        remedy: `${alterTable(table)} SET LOGGED; unless its rows can be lost.`,
        automatic: false,
        line: table.definition.line,
      };
    }
  },
};
