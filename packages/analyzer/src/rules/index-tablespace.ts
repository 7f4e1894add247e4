import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Index in a tablespace. */
export const indexTablespace: Rule = {
  id: 'index-tablespace',
  title: 'Index in a tablespace',
  effect: 'refused',
  severity: 'warning',
  explain:
    'Citus creates the index on the workers with its tablespace, which is a directory of one machine. Where a worker has no tablespace of that name the table is refused; on a distributed table CREATE INDEX … TABLESPACE is always refused.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local') continue;
      for (const index of table.indexes) {
        const tablespace = /\bTABLESPACE\s+("?)([\w$]+)\1/i.exec(index.definition.sql)?.[2];
        if (tablespace === undefined) continue;
        yield {
          table: nameOf(table),
          object: index.name,
          message: `Index ${index.name} of ${displayName(table)} is in tablespace ${tablespace}.`,
          consequence: 'Citus fails to distribute the table unless every worker has that tablespace.',
          remedy: `ALTER INDEX ${displayName({ schema: table.schema, name: index.name })} SET TABLESPACE pg_default;`,
          automatic: true,
          citusMessage: `tablespace "${tablespace}" does not exist`,
          line: index.definition.line,
        };
      }
    }
  },
};
