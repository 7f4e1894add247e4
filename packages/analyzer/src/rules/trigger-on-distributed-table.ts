import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Decision } from '../model/analysis.ts';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Trigger on a distributed table. */
export const triggerOnDistributedTable: Rule = {
  id: 'trigger-on-distributed-table',
  title: 'Trigger on a distributed table',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus refuses to distribute a table that has triggers of its own, partitions and single-shard tables included. Whether a trigger is disabled makes no difference. ' +
    'citus.enable_unsafe_triggers lets them through: they then run in each shard, must touch nothing but rows of the same shard group or reference tables, and nobody checks that.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (!isSpread(subject.decisionOf(table))) continue;
      for (const trigger of subject.triggersOf(table)) {
        yield {
          table: nameOf(table),
          object: trigger.name,
          message: `Trigger ${trigger.name} ${trigger.timing} ${trigger.events.join(' or ')} on ${displayName(table)} calls ${displayName(trigger.function)}().`,
          consequence: 'Citus refuses to distribute the table.',
          remedy: `DROP TRIGGER ${quoteIdentifier(trigger.name)} ON ${displayName(table)}; and do its work in the application, in a generated column or in a default. If it touches only its own row: SET citus.enable_unsafe_triggers TO on.`,
          automatic: false,
          citusMessage: citusError(`cannot distribute relation "${table.name}" because it has triggers`, {
            hint: `Consider dropping all the triggers on "${table.name}" and retry.`,
          }),
          line: trigger.definition.line,
        };
      }
    }
  },
};

function isSpread(decision: Decision): boolean {
  return decision.kind === 'distributed' || decision.kind === 'single-shard';
}
