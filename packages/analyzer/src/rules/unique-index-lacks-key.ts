import { displayName, quoteIdentifier } from '@shardwright/core';
import { indexShape } from './index-shape.ts';
import type { Rule } from './rule.ts';
import { isInherited, lacksKeyMessage } from './uniqueness.ts';
import { nameOf } from './wording.ts';

/** Unique index without the distribution column. */
export const uniqueIndexLacksKey: Rule = {
  id: 'unique-index-lacks-key',
  title: 'Unique index without the distribution column',
  effect: 'refused',
  severity: 'error',
  explain:
    'Unique indexes count like constraints, partial ones too. The key must be a plain column of the index: an expression on it does not count. ' +
    'CREATE UNIQUE INDEX on a table that is distributed already says "creating unique indexes on non-partition columns is currently unsupported".',
  *check(subject) {
    for (const { table, decision } of subject.distributed) {
      for (const index of table.indexes) {
        if (!index.unique || index.constraint !== undefined) continue;
        if (index.keys.some((key) => key.column === decision.column)) continue;
        // INCLUDE'd keys pass the check: see unique-include-hides-key.
        if (index.include.includes(decision.column)) continue;
        const shape = indexShape(index);
        if (isInherited(subject, table, (other) => 'keys' in other && indexShape(other) === shape)) continue;
        yield {
          table: nameOf(table),
          object: index.name,
          message: `Unique index ${index.name} on ${displayName(table)} ${shape} does not contain the distribution column ${decision.column}.`,
          consequence: `Citus refuses to distribute the table. Once extended, the values are unique within one ${decision.column} only.`,
          remedy: `DROP INDEX ${displayName({ schema: table.schema, name: index.name })}; CREATE UNIQUE INDEX ${quoteIdentifier(index.name)} ON ${displayName(table)} ${indexShape(index, decision.column)};`,
          automatic: true,
          citusMessage: lacksKeyMessage(table),
          line: index.definition.line,
        };
      }
    }
  },
};
