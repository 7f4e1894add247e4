import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Partition distributed without its parent. */
export const lonePartition: Rule = {
  id: 'lone-partition',
  title: 'Partition distributed without its parent',
  effect: 'refused',
  severity: 'error',
  explain:
    'Partitions follow their parent: distributing the parent distributes them. By itself a partition is refused, as a reference table too.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (table.partitionOf === undefined || subject.decisionOf(table).kind === 'local') continue;
      const { parent } = table.partitionOf;
      if (subject.decisionOf(parent).kind !== 'local') continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is a partition of ${displayName(parent)}, which stays local.`,
        consequence: 'Citus refuses to distribute the partition.',
        remedy: `Distribute ${displayName(parent)}, or detach the partition first: ${alterTable(parent)} DETACH PARTITION ${displayName(table)};`,
        automatic: true,
        citusMessage: citusError(
          `cannot distribute relation "${table.name}" which is partition of "${parent.name}"`,
          {
            detail:
              'Citus does not support distributing partitions if their parent is not distributed table.',
            hint: `Distribute the partitioned table "${parent.name}" instead.`,
          },
        ),
        line: table.definition.line,
      };
    }
  },
};
