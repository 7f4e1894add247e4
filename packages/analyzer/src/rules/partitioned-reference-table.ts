import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Partitioned reference table. */
export const partitionedReferenceTable: Rule = {
  id: 'partitioned-reference-table',
  title: 'Partitioned reference table',
  effect: 'refused',
  severity: 'error',
  explain:
    'Reference tables cannot be partitioned, nor can range-distributed ones; only hash-distributed and single-shard tables can.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (table.kind !== 'partitioned' || table.partitionOf !== undefined) continue;
      const decision = subject.decisionOf(table);
      const isRange = decision.kind === 'distributed' && decision.method === 'range';
      if (decision.kind !== 'reference' && !isRange) continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is partitioned and to be ${isRange ? 'distributed by range' : 'a reference table'}.`,
        consequence: 'Citus refuses the table.',
        remedy: isRange
          ? 'Distribute it by hash.'
          : `Replace it by a plain table: CREATE TABLE … (LIKE ${displayName(table)} INCLUDING ALL); INSERT … SELECT …; or distribute it by hash.`,
        automatic: isRange,
        citusMessage: 'distributing partitioned tables in only supported for hash-distributed tables',
        line: table.definition.line,
      };
    }
  },
};
