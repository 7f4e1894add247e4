import { displayName, quoteQualifiedName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Foreign table. */
export const foreignTable: Rule = {
  id: 'foreign-table',
  title: 'Foreign table',
  effect: 'refused',
  severity: 'error',
  explain:
    'Foreign tables cannot be distributed, be reference tables, or live in a distributed schema. They can stay on the coordinator.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { kind } = subject.decisionOf(table);
      if (table.kind !== 'foreign' || kind === 'local') continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is a foreign table.`,
        consequence: 'Citus refuses the table.',
        remedy:
          kind === 'single-shard'
            ? `Move it out of the schema: ALTER FOREIGN TABLE ${displayName(table)} SET SCHEMA …;`
            : 'Keep it local.',
        automatic: kind !== 'single-shard',
        citusMessage:
          kind === 'single-shard'
            ? 'cannot create a foreign table in a distributed schema'
            : citusError('foreign tables cannot be distributed', {
                hint: `Can add foreign table "${table.name}" to metadata by running: SELECT citus_add_local_table_to_metadata($$${quoteQualifiedName(table)}$$);`,
              }),
        line: table.definition.line,
      };
    }
  },
};
