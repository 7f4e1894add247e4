import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Table with its own access method. */
export const tableAccessMethod: Rule = {
  id: 'table-access-method',
  title: 'Table with its own access method',
  effect: 'advice',
  severity: 'warning',
  explain:
    "Citus creates the shards with the table's access method, but does not create access methods: the extension that brings it has to be there on every node.",
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const method = table.accessMethod;
      if (method === undefined || method === 'heap' || subject.decisionOf(table).kind === 'local') continue;
      yield {
        table: nameOf(table),
        object: method,
        message: `${displayName(table)} uses the access method ${method}.`,
        consequence: 'Without it on every node the shards cannot be created.',
        remedy: 'Install its extension on every node, or use heap.',
        automatic: false,
        line: table.definition.line,
      };
    }
  },
};
