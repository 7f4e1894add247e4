import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Inheritance. */
export const inheritedTable: Rule = {
  id: 'inherited-table',
  title: 'Inheritance',
  effect: 'refused',
  severity: 'error',
  explain:
    'Neither parents nor children of old-style inheritance can be distributed, be reference tables, or belong to a distributed schema.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { kind } = subject.decisionOf(table);
      if (kind === 'local') continue;
      const children = subject.childrenOf(table);
      if (table.inherits.length === 0 && children.length === 0) continue;
      const relation =
        table.inherits.length > 0
          ? `inherits from ${table.inherits.map(displayName).join(', ')}`
          : `is inherited by ${children.map(displayName).join(', ')}`;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} ${relation}.`,
        consequence: 'Citus refuses the table.',
        remedy:
          table.inherits.length > 0
            ? `${table.inherits.map((parent) => `${alterTable(table)} NO INHERIT ${displayName(parent)};`).join(' ')} or turn the tree into declarative partitions.`
            : 'Detach the children (ALTER TABLE … NO INHERIT …), or turn the tree into declarative partitions.',
        automatic: false,
        citusMessage:
          kind === 'single-shard'
            ? 'tables in a distributed schema cannot inherit or be inherited'
            : `${table.name} is not a regular, foreign or partitioned table`,
        line: table.definition.line,
      };
    }
  },
};
