import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Generated distribution column. */
export const keyGenerated: Rule = {
  id: 'key-generated',
  title: 'Generated distribution column',
  effect: 'refused',
  severity: 'error',
  explain:
    'The coordinator has to know the key before the row reaches a shard, and a stored generated column is computed in the shard.',
  check: (subject) =>
    keyFindings(subject, 'key-generated', ({ table, column }) => ({
      consequence: 'Citus refuses to distribute the table by this column.',
      remedy: `Keep the value in a plain column that the application or the load fills: ${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} DROP EXPRESSION;`,
      automatic: false,
    })),
};
