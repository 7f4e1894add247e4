import { displayName } from '@shardwright/core';
import { readingRoutines } from './reading-routine.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Row security policy that reads tables through a function. */
export const policyReadsTables: Rule = {
  id: 'policy-reads-tables',
  title: 'Row security policy that reads tables through a function',
  effect: 'silent',
  severity: 'error',
  explain:
    'Citus refuses subqueries in policies, but not functions that contain them. The function then runs on a worker, inside a shard, and may not query any table of Citus there: every query of the table fails for the roles that the policy holds for. ' +
    'Functions are found by the tables that their text names after FROM, JOIN, INTO or UPDATE.',
  *check(subject) {
    const readingRoutine = readingRoutines(subject.catalog);
    for (const policy of subject.catalog.policies) {
      if (subject.decisionOf(policy.table).kind === 'local') continue;
      const found = readingRoutine(`${policy.using ?? ''} ${policy.check ?? ''}`);
      if (found === undefined) continue;
      yield {
        table: nameOf(policy.table),
        object: policy.name,
        message: `Policy ${policy.name} on ${displayName(policy.table)} calls ${displayName(found.routine)}(), which reads ${found.reads}.`,
        consequence:
          'Citus accepts it, but queries fail under it: cannot execute a distributed query from a query on a shard.',
        remedy:
          'Compare columns of the row with a setting that the application sets inside each transaction (see policy-reads-setting).',
        automatic: false,
        line: policy.definition.line,
      };
    }
  },
};
