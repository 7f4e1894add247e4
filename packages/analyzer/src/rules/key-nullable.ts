import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Nullable distribution column. */
export const keyNullable: Rule = {
  id: 'key-nullable',
  title: 'Nullable distribution column',
  effect: 'advice',
  severity: 'warning',
  explain:
    'The column has no NOT NULL, and Citus refuses rows without a key when they arrive: what PostgreSQL accepted becomes an error of the application.',
  check: (subject) =>
    keyFindings(subject, 'key-nullable', ({ table, column }) => ({
      consequence:
        'An INSERT without the key fails: cannot perform an INSERT with NULL in the partition column.',
      remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} SET NOT NULL;`,
      automatic: true,
    })),
};
