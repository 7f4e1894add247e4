import { displayName, quoteIdentifier } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Trigger on a reference table. */
export const triggerOnReferenceTable: Rule = {
  id: 'trigger-on-reference-table',
  title: 'Trigger on a reference table',
  effect: 'refused',
  severity: 'error',
  explain: 'Reference tables may not have triggers either: each node would run them for its own copy.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind !== 'reference') continue;
      for (const trigger of subject.triggersOf(table)) {
        yield {
          table: nameOf(table),
          object: trigger.name,
          message: `Trigger ${trigger.name} ${trigger.timing} ${trigger.events.join(' or ')} on ${displayName(table)} calls ${displayName(trigger.function)}().`,
          consequence: 'Citus refuses to make the table a reference table.',
          remedy: `DROP TRIGGER ${quoteIdentifier(trigger.name)} ON ${displayName(table)}; and do its work in the application, in a generated column or in a default.`,
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
