import { displayName, quoteIdentifier } from '@shardwright/core';
import { isFromParent } from './inherited-constraint.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Constraint deferred by SET CONSTRAINTS. */
export const deferrableConstraint: Rule = {
  id: 'deferrable-constraint',
  title: 'Constraint deferred by SET CONSTRAINTS',
  effect: 'silent',
  severity: 'warning',
  explain:
    'SET CONSTRAINTS acts on the coordinator; the shards never hear of it, so a DEFERRABLE INITIALLY IMMEDIATE constraint is checked at once. INITIALLY DEFERRED works: it is part of the shards.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { kind } = subject.decisionOf(table);
      if (kind !== 'distributed' && kind !== 'single-shard') continue;
      for (const constraint of table.constraints) {
        if (isFromParent(subject, table, constraint)) continue;
        if (constraint.deferrable !== 'immediate') continue;
        yield {
          table: nameOf(table),
          object: constraint.name,
          message: `Constraint ${constraint.name} of ${displayName(table)} is DEFERRABLE INITIALLY IMMEDIATE.`,
          consequence:
            'SET CONSTRAINTS … DEFERRED has no effect on the shards: statements in the order it allowed now fail.',
          remedy:
            constraint.kind === 'foreign-key'
              ? `${alterTable(table)} ALTER CONSTRAINT ${quoteIdentifier(constraint.name)} DEFERRABLE INITIALLY DEFERRED; before distributing, if transactions rely on it.`
              : 'Create it again as DEFERRABLE INITIALLY DEFERRED, if transactions rely on it.',
          automatic: false,
          line: constraint.definition.line,
        };
      }
    }
  },
};
