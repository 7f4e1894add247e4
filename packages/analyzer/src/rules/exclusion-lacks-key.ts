import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { lacksKeyMessage } from './uniqueness.ts';
import { alterTable, nameOf } from './wording.ts';

/** EXCLUDE without the distribution column and =. */
export const exclusionLacksKey: Rule = {
  id: 'exclusion-lacks-key',
  title: 'EXCLUDE without the distribution column and =',
  effect: 'refused',
  severity: 'error',
  explain:
    'An exclusion constraint on a distributed table must hold the distribution column with an equality operator; any other operator would have to look into other shards. ' +
    'For GiST that takes the btree_gist extension when the key is a scalar.',
  *check(subject) {
    for (const { table, decision } of subject.distributed) {
      for (const constraint of table.constraints) {
        if (constraint.kind !== 'exclusion') continue;
        const element = constraint.elements.find((candidate) => candidate.column === decision.column);
        if (element !== undefined && isEquality(element.operator)) continue;
        const elements = constraint.elements
          .filter((candidate) => candidate !== element)
          .map(
            (candidate) =>
              `${candidate.column === undefined ? `(${candidate.expression ?? ''})` : quoteIdentifier(candidate.column)} WITH ${candidate.operator}`,
          );
        const extended = [`${quoteIdentifier(decision.column)} WITH =`, ...elements].join(', ');
        const where = constraint.predicate === undefined ? '' : ` WHERE (${constraint.predicate})`;
        const name = quoteIdentifier(constraint.name);
        yield {
          table: nameOf(table),
          object: constraint.name,
          message: `EXCLUDE constraint ${constraint.name} of ${displayName(table)} does not compare the distribution column ${decision.column} by =.`,
          consequence: `Citus refuses to distribute the table. Once extended, rows exclude each other within one ${decision.column} only.`,
          remedy: `${constraint.method === 'gist' ? 'CREATE EXTENSION IF NOT EXISTS btree_gist; ' : ''}${alterTable(table)} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} EXCLUDE USING ${constraint.method} (${extended})${where};`,
          automatic: false,
          citusMessage: lacksKeyMessage(table),
          line: constraint.definition.line,
        };
      }
    }
  },
};

function isEquality(operator: string): boolean {
  return operator === '=' || operator.endsWith('.=') || operator.endsWith('.=)');
}
