import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Table in a tablespace. */
export const tableTablespace: Rule = {
  id: 'table-tablespace',
  title: 'Table in a tablespace',
  effect: 'silent',
  severity: 'info',
  explain: "Citus distributes the table, but its shards are created in each node's default tablespace.",
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { tablespace } = table;
      if (tablespace === undefined || tablespace === 'pg_default' || tablespace === '') continue;
      if (subject.decisionOf(table).kind === 'local') continue;
      yield {
        table: nameOf(table),
        object: tablespace,
        message: `${displayName(table)} is in tablespace ${tablespace}.`,
        consequence: 'Its shards are created in the default tablespace of each node.',
        remedy: 'Set default_tablespace on the workers if the place matters.',
        automatic: false,
        line: table.definition.line,
      };
    }
  },
};
