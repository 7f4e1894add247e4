import { displayName, plural } from '@shardwright/core';
import type { Rule } from './rule.ts';

/** Sequences jump by node. */
export const sequenceRangesPerNode: Rule = {
  id: 'sequence-ranges-per-node',
  title: 'Sequences jump by node',
  effect: 'advice',
  severity: 'info',
  explain:
    'A worker draws bigint values from 2^48 × its group number on (281474976710657, …), so keys made there are far from those made on the coordinator and no longer tell the order of insertion. JavaScript numbers stay exact up to 31 such groups.',
  *check(subject) {
    const fed = subject.catalog.tables.filter(
      (table) =>
        subject.decisionOf(table).kind !== 'local' &&
        table.partitionOf === undefined &&
        table.columns.some(
          (column) =>
            (column.sequence !== undefined || column.identity !== undefined) && column.type.name === 'int8',
        ),
    );
    const [first] = fed;
    if (first === undefined) return;
    yield {
      message: `${plural(fed.length, 'table')} ${fed.length === 1 ? 'draws' : 'draw'} bigint keys from sequences (${displayName(first)}${fed.length > 1 ? ', …' : ''}).`,
      consequence:
        'Values made through a worker start at 281474976710657: they need bigint everywhere, and ordering by id is no longer ordering by time.',
      remedy: 'Keep columns that store such keys bigint, and sort by a timestamp where order matters.',
      automatic: false,
      line: first.definition.line,
    };
  },
};
