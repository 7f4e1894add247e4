import { displayName, plural } from '@shardwright/core';
import type { Rule } from './rule.ts';

/** Publication of a distributed table. */
export const publicationOfDistributedTable: Rule = {
  id: 'publication-of-distributed-table',
  title: 'Publication of a distributed table',
  effect: 'silent',
  severity: 'warning',
  explain:
    'The rows of a distributed table are written on the workers, so a subscriber of the coordinator receives nothing of them, without an error. ' +
    'With citus.enable_change_data_capture each worker can be subscribed to by a slot of its own; there is no order between nodes.',
  *check(subject) {
    for (const publication of subject.catalog.publications) {
      const names = publication.allTables ? subject.catalog.tables : publication.tables;
      const spread = names.filter((name) => subject.decisionOf(name).kind !== 'local');
      const [first] = spread;
      if (first === undefined) continue;
      yield {
        object: publication.name,
        message: `Publication ${publication.name} contains ${displayName(first)}${spread.length > 1 ? ` and ${plural(spread.length - 1, 'other table')} that Citus spreads` : ', which Citus spreads'}.`,
        consequence: 'Subscribers of the coordinator no longer receive the changes of these tables.',
        remedy:
          'Set citus.enable_change_data_capture = on and subscribe to every node, or publish from the application.',
        automatic: false,
        line: publication.definition.line,
      };
    }
  },
};
