import { displayName, quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Rows without a key. */
export const keyHasNulls: Rule = {
  id: 'key-has-nulls',
  title: 'Rows without a key',
  effect: 'refused',
  severity: 'error',
  explain:
    'Every row needs a place. A row whose distribution column is NULL is refused, when the table is distributed with its data and on every later INSERT or COPY.',
  check: (subject) =>
    keyFindings(subject, 'key-has-nulls', ({ table, column }) => ({
      consequence: 'The load stops at the first such row.',
      remedy: `Fill them first: UPDATE ${displayName(table)} SET ${quoteIdentifier(column.name)} = … WHERE ${quoteIdentifier(column.name)} IS NULL; ${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} SET NOT NULL;`,
      automatic: false,
    })),
};
