import { displayName } from '@shardwright/core';
import { readingRoutines } from './reading-routine.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** View that reads tables through a function. */
export const viewReadsTablesInFunction: Rule = {
  id: 'view-reads-tables-in-function',
  title: 'View that reads tables through a function',
  effect: 'silent',
  severity: 'warning',
  explain:
    'A function in a view over distributed tables is sent to the workers with the query when it takes columns of a row, and may not query any table of Citus there. ' +
    'Functions are found by the tables that their text names after FROM, JOIN, INTO or UPDATE.',
  *check(subject) {
    const readingRoutine = readingRoutines(subject.catalog);
    for (const view of subject.catalog.views) {
      if (!view.dependsOn.some((name) => subject.decisionOf(name).kind !== 'local')) continue;
      const found = readingRoutine(view.query);
      if (found === undefined) continue;
      yield {
        table: nameOf(view),
        object: found.routine.name,
        message: `View ${displayName(view)} calls ${displayName(found.routine)}(), which reads ${found.reads}.`,
        consequence:
          'Queries of the view can fail: cannot execute a distributed query from a query on a shard.',
        remedy: `Write what ${displayName(found.routine)}() reads as a join in the view.`,
        automatic: false,
        line: view.definition.line,
      };
    }
  },
};
