import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Rule on a distributed or reference table. */
export const rewriteRule: Rule = {
  id: 'rewrite-rule',
  title: 'Rule on a distributed or reference table',
  effect: 'silent',
  severity: 'warning',
  explain:
    'Citus takes the table with its rules and says nothing. They exist on the coordinator only: statements sent through a worker ignore them, and a rule that writes to a local table makes statements fail, for shards know no local tables.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local') continue;
      for (const rule of subject.rewriteRulesOf(table)) {
        yield {
          table: nameOf(table),
          object: rule.name,
          message: `Rule ${rule.name} rewrites ${rule.event} on ${displayName(table)}.`,
          consequence:
            'Citus accepts it, but only the coordinator applies it: the same statement through a worker does something else.',
          remedy: `DROP RULE ${quoteIdentifier(rule.name)} ON ${displayName(table)}; and write what it does into the statements.`,
          automatic: false,
          line: rule.definition.line,
        };
      }
    }
  },
};
