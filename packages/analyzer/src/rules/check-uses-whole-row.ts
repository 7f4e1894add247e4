import type { Table } from '@shardwright/catalog';
import { displayName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** CHECK on the whole row. */
export const checkUsesWholeRow: Rule = {
  id: 'check-uses-whole-row',
  title: 'CHECK on the whole row',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus writes the constraint out again for the shards and does not find the table by the name that stands for its row.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      for (const constraint of table.constraints) {
        if (constraint.kind !== 'check' || !usesWholeRow(constraint.expression, table)) continue;
        yield {
          table: nameOf(table),
          object: constraint.name,
          message: `CHECK ${constraint.name} of ${displayName(table)} uses the whole row.`,
          consequence: 'Citus fails to distribute the table.',
          remedy: `${dropConstraint(table, constraint.name)} and write it with the columns that it means.`,
          automatic: false,
          citusMessage: `missing FROM-clause entry for table "${quoteQualifiedName(table)}"`,
          line: constraint.definition.line,
        };
      }
    }
  },
};

/** The table's name where a value stands: `t`, `t.*`, but not `t.column`, `t(…)` or a column of that name. */
function usesWholeRow(expression: string, table: Table): boolean {
  if (table.columns.some((column) => column.name === table.name)) return false;
  const words = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const name = quoteIdentifier(table.name).replaceAll(/[$.*+?^(){}|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w".$:])${name}(?![\\w"$])(?!\\s*\\()(?!\\s*\\.\\s*[^*\\s])`).test(words);
}
