import type { Table } from '@shardwright/catalog';
import { displayName, plural } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { cyclesOf } from './foreign-key-cycles.ts';
import { referenceTableHint } from './foreign-key-findings.ts';
import { isSelfReference } from './foreign-key-outcome.ts';
import { keyOf } from './object-key.ts';
import type { Rule } from './rule.ts';
import type { ForeignKeyInDesign } from './subject.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** Distributed tables whose foreign keys form a cycle. */
export const foreignKeyCycle: Rule = {
  id: 'foreign-key-cycle',
  title: 'Distributed tables whose foreign keys form a cycle',
  effect: 'refused',
  severity: 'error',
  explain:
    'A foreign key of a table that is being distributed must lead to a table that already is, so in a cycle no table can go first. ' +
    'With the constraints of the cycle taken off, the tables can be distributed in any order, and the constraints put back.',
  *check(subject) {
    const edges = subject.foreignKeys.filter((entry) => isOrdering(entry));
    for (const cycle of cyclesOf(
      subject.distributed.map((entry) => entry.table),
      edges,
    )) {
      const [first] = cycle;
      const inside = new Set(cycle.map(keyOf));
      const inCycle = edges.filter((edge) => inside.has(keyOf(edge.table)) && inside.has(keyOf(edge.target)));
      const blocker = inCycle.find((edge) => edge.table === first);
      if (first === undefined || blocker === undefined) continue;
      yield {
        table: nameOf(first),
        object: blocker.foreignKey.name,
        message: `The foreign keys of ${listed(cycle)} form a cycle.`,
        consequence:
          'Whichever of them is distributed first, Citus refuses it because the next is not distributed yet.',
        remedy: `Drop a foreign key of the cycle (${dropConstraint(first, blocker.foreignKey.name)}), distribute the tables, and create it again.`,
        automatic: true,
        citusMessage: citusError(
          `referenced table "${blocker.target.name}" must be a distributed table or a reference table`,
          {
            detail:
              'To enforce foreign keys, the referencing and referenced rows need to be stored on the same node.',
            hint: referenceTableHint(blocker.target.name),
          },
        ),
        line: blocker.foreignKey.definition.line,
      };
    }
  },
};

/** Foreign keys that survive and force an order. citus_schema_distribute takes off and puts back its own. */
function isOrdering(entry: ForeignKeyInDesign): boolean {
  return entry.outcome.kind !== 'dropped' && !isSelfReference(entry);
}

/** Names of tables, the first ten of many. */
function listed(tables: readonly Table[]): string {
  const names = tables.slice(0, 10).map(displayName).join(', ');
  return tables.length > 10 ? `${names} and ${plural(tables.length - 10, 'other table')}` : names;
}
