import { displayName } from '@shardwright/core';
import { readingRoutines } from './reading-routine.ts';
import type { Rule } from './rule.ts';
import { dropConstraint, nameOf } from './wording.ts';

/** CHECK that reads tables through a function. */
export const checkReadsTables: Rule = {
  id: 'check-reads-tables',
  title: 'CHECK that reads tables through a function',
  effect: 'silent',
  severity: 'error',
  explain:
    'Shards check their rows on the workers, where a function cannot query distributed or reference tables ("cannot execute a distributed query from a query on a shard") and local tables do not exist. The constraint is accepted, and every INSERT fails. ' +
    'Functions are found by the tables that their text names after FROM, JOIN, INTO or UPDATE.',
  *check(subject) {
    const readingRoutine = readingRoutines(subject.catalog);
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      for (const constraint of table.constraints) {
        const found = constraint.kind === 'check' ? readingRoutine(constraint.expression) : undefined;
        if (found === undefined) continue;
        yield {
          table: nameOf(table),
          object: constraint.name,
          message: `CHECK ${constraint.name} of ${displayName(table)} calls ${displayName(found.routine)}(), which reads ${found.reads}.`,
          consequence:
            'Citus accepts it, but INSERT and UPDATE fail: cannot execute a distributed query from a query on a shard.',
          remedy: `${dropConstraint(table, constraint.name)} a foreign key can often say the same; else check in the application.`,
          automatic: false,
          line: constraint.definition.line,
        };
      }
    }
  },
};
