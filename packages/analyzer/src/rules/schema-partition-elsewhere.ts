import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Partition outside of the distributed schema. */
export const schemaPartitionElsewhere: Rule = {
  id: 'schema-partition-elsewhere',
  title: 'Partition outside of the distributed schema',
  effect: 'refused',
  severity: 'error',
  explain: 'A partitioned table and its partitions must be in one schema when that schema is distributed.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      const parent = table.partitionOf?.parent;
      if (parent === undefined || parent.schema === table.schema) continue;
      const kinds = [subject.decisionOf(table).kind, subject.decisionOf(parent).kind];
      if (!kinds.includes('single-shard')) continue;
      yield {
        table: nameOf(table),
        message: `${displayName(table)} is a partition of ${displayName(parent)}, in another schema.`,
        consequence: 'citus_schema_distribute refuses the schema.',
        remedy: `${alterTable(table)} SET SCHEMA ${quoteIdentifier(parent.schema)};`,
        automatic: true,
        citusMessage:
          'partitioning within a distributed schema is not supported when the parent and the child are in different schemas',
        line: table.definition.line,
      };
    }
  },
};
