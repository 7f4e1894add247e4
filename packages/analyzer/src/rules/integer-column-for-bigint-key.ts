import { displayName, quoteIdentifier } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Integer column that refers to a bigint sequence. */
export const integerColumnForBigintKey: Rule = {
  id: 'integer-column-for-bigint-key',
  title: 'Integer column that refers to a bigint sequence',
  effect: 'silent',
  severity: 'warning',
  explain:
    'PostgreSQL lets an integer column refer to a bigint key. As soon as a key is made through a worker it no longer fits.',
  *check(subject) {
    for (const { table, foreignKey, target, from, to } of subject.foreignKeys) {
      if (from.kind === 'local' || to.kind === 'local') continue;
      for (const [index, name] of foreignKey.columns.entries()) {
        const column = table.columns.find((candidate) => candidate.name === name);
        const key = target.columns.find(
          (candidate) => candidate.name === foreignKey.referencedColumns[index],
        );
        if (column === undefined || key === undefined || key.type.name !== 'int8') continue;
        const isNarrow = column.type.name === 'int4' || column.type.name === 'int2';
        const isFed = key.sequence !== undefined || key.identity !== undefined;
        if (!isNarrow || !isFed) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} is ${column.type.sql} but refers to ${displayName(target)}.${key.name}, a bigint that a sequence feeds.`,
          consequence: 'Keys made through a worker (281474976710657 and up) are out of range for it.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE bigint;`,
          automatic: true,
          line: foreignKey.definition.line,
        };
      }
    }
  },
};
