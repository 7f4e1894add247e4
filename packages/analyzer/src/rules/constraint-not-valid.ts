import { displayName } from '@shardwright/core';
import { isFromParent } from './inherited-constraint.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** NOT VALID constraint. */
export const constraintNotValid: Rule = {
  id: 'constraint-not-valid',
  title: 'NOT VALID constraint',
  effect: 'silent',
  severity: 'warning',
  explain:
    'NOT VALID spares the rows that are there, but distributing a table writes every row into its shard, and there the constraint is enforced. The copy stops at the first row that breaks it. ' +
    'Added after the table is distributed and loaded, the constraint can be NOT VALID again.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local') continue;
      const dropped = subject
        .foreignKeysFrom(table)
        .flatMap((entry) => (entry.outcome.kind === 'dropped' ? [entry.foreignKey.name] : []));
      for (const constraint of table.constraints) {
        if (isFromParent(subject, table, constraint)) continue;
        if (constraint.kind !== 'check' && constraint.kind !== 'foreign-key') continue;
        if (!constraint.notValid || dropped.includes(constraint.name)) continue;
        const what = constraint.kind === 'check' ? 'CHECK' : 'FOREIGN KEY';
        yield {
          table: nameOf(table),
          object: constraint.name,
          message: `${what} ${constraint.name} of ${displayName(table)} is NOT VALID: rows may break it.`,
          consequence: 'Distributing the table with its rows stops at the first row that breaks it.',
          remedy: `${dropConstraint(table, constraint.name)} distribute and load the table, then add it again as NOT VALID.`,
          automatic: true,
          line: constraint.definition.line,
        };
      }
    }
  },
};
