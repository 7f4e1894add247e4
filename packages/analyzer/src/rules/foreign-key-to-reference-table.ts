import { displayName, plural } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Foreign keys from distributed tables to a reference table. */
export const foreignKeyToReferenceTable: Rule = {
  id: 'foreign-key-to-reference-table',
  title: 'Foreign keys from distributed tables to a reference table',
  effect: 'advice',
  severity: 'info',
  explain:
    'They are allowed, but a transaction that has read or written such a distributed table in parallel can no longer change the reference table: “cannot modify table … because there was a parallel operation on a distributed table”.',
  *check(subject) {
    for (const target of subject.catalog.tables) {
      if (subject.decisionOf(target).kind !== 'reference') continue;
      const incoming = subject
        .foreignKeysTo(target)
        .filter(({ from, table }) => from.kind === 'distributed' && table.partitionOf === undefined);
      const [first] = incoming;
      if (first === undefined) continue;
      yield {
        table: nameOf(target),
        message: `${plural(incoming.length, 'foreign key')} of distributed tables ${incoming.length === 1 ? 'leads' : 'lead'} to the reference table ${displayName(target)}.`,
        consequence: `A transaction that changes ${displayName(target)} after touching several shards of such a table fails.`,
        remedy:
          "Change the reference table first, or SET LOCAL citus.multi_shard_modify_mode TO 'sequential' in such transactions.",
        automatic: false,
        line: first.foreignKey.definition.line,
      };
    }
  },
};
