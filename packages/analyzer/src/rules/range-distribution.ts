import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Range distribution. */
export const rangeDistribution: Rule = {
  id: 'range-distribution',
  title: 'Range distribution',
  effect: 'silent',
  severity: 'warning',
  explain:
    "create_distributed_table(…, 'range') makes no shards: they have to be created and given their ranges by hand, and rows outside them are refused. Such tables are never co-located, cannot be partitioned, and must be empty when they are distributed.",
  *check(subject) {
    for (const { table, decision } of subject.distributed) {
      if (decision.method !== 'range' || table.partitionOf !== undefined) continue;
      yield {
        table: nameOf(table),
        object: decision.column,
        message: `${displayName(table)} is to be distributed by range of ${decision.column}.`,
        consequence:
          'It has no shards at first (INSERT: could not find any shards), is never co-located, and new ranges need new shards by hand.',
        remedy: 'Distribute by hash, and partition by range of the time column below it.',
        automatic: false,
        line: table.definition.line,
      };
    }
  },
};
