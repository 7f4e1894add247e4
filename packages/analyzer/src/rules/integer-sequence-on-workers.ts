import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Integer or smallint fed by a sequence. */
export const integerSequenceOnWorkers: Rule = {
  id: 'integer-sequence-on-workers',
  title: 'Integer or smallint fed by a sequence',
  effect: 'silent',
  severity: 'warning',
  explain:
    'Each worker draws from a range of its own, and only bigint is wide enough for that. For integer and smallint columns a serial default or an identity works on the coordinator only. ' +
    'Through a worker the insert fails: nextval(sequence) calls in worker nodes are not supported for column defaults of type int or smallint (serial), or nextval: reached maximum value of sequence (identity).',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (subject.decisionOf(table).kind === 'local' || table.partitionOf !== undefined) continue;
      for (const column of table.columns) {
        if (column.sequence === undefined && column.identity === undefined) continue;
        const isNarrow = column.type.name === 'int4' || column.type.name === 'int2';
        if (!isNarrow || column.type.schema !== 'pg_catalog') continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} is ${column.type.sql} and fed by ${column.identity === undefined ? 'a sequence' : 'an identity'}.`,
          consequence: 'INSERT through a worker fails; through the coordinator it works.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE bigint; columns that refer to it likewise. Or insert through the coordinator only.`,
          automatic: true,
          line: table.definition.line,
        };
      }
    }
  },
};
