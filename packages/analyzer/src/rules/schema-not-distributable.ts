import { quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Schema that cannot be distributed. */
export const schemaNotDistributable: Rule = {
  id: 'schema-not-distributable',
  title: 'Schema that cannot be distributed',
  effect: 'refused',
  severity: 'error',
  explain: 'citus_schema_distribute refuses the schema public and schemas that hold an extension.',
  *check(subject) {
    const seen = new Set<string>();
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind !== 'single-shard' || seen.has(table.schema)) continue;
      seen.add(table.schema);
      const extension = subject.catalog.extensions.find(({ schema }) => schema === table.schema);
      if (table.schema !== 'public' && extension === undefined) continue;
      yield {
        table: nameOf(table),
        object: table.schema,
        message:
          table.schema === 'public'
            ? 'The schema public is to be a distributed schema.'
            : `Schema ${table.schema} holds the extension ${extension?.name ?? ''}.`,
        consequence: 'citus_schema_distribute refuses the schema.',
        remedy:
          table.schema === 'public'
            ? 'Move the tables: CREATE SCHEMA …; ALTER TABLE … SET SCHEMA …;'
            : `ALTER EXTENSION ${quoteIdentifier(extension?.name ?? '')} SET SCHEMA public;`,
        automatic: false,
        citusMessage:
          table.schema === 'public'
            ? 'public schema cannot be distributed'
            : `schema ${table.schema} cannot be distributed since it is the schema of extension ${extension?.name ?? ''}`,
        line: table.definition.line,
      };
    }
  },
};
