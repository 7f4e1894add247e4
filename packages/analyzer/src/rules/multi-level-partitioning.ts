import { displayName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Partitions that are partitioned themselves. */
export const multiLevelPartitioning: Rule = {
  id: 'multi-level-partitioning',
  title: 'Partitions that are partitioned themselves',
  effect: 'refused',
  severity: 'error',
  explain: 'A distributed or single-shard table can be partitioned once.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const { kind } = subject.decisionOf(table);
      const { partitionOf } = table;
      if (table.kind !== 'partitioned' || partitionOf === undefined) continue;
      if (kind !== 'distributed' && kind !== 'single-shard') continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is a partition of ${displayName(partitionOf.parent)} and partitioned itself.`,
        consequence: `Citus refuses to distribute ${displayName(partitionOf.parent)}.`,
        remedy: `Attach the leaves to ${displayName(partitionOf.parent)} directly, or drop the inner level: hash shards already do what hash partitions do.`,
        automatic: false,
        citusMessage: citusError('distributing multi-level partitioned tables is not supported', {
          detail: `Relation "${table.name}" is partitioned table itself and it is also partition of relation "${partitionOf.parent.name}".`,
        }),
        line: table.definition.line,
      };
    }
  },
};
