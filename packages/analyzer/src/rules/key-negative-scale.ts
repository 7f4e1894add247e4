import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Numeric key with a negative scale. */
export const keyNegativeScale: Rule = {
  id: 'key-negative-scale',
  title: 'Numeric key with a negative scale',
  effect: 'refused',
  severity: 'error',
  explain: 'numeric(5,-2) and the like (PostgreSQL 15 and later) are not accepted as distribution columns.',
  check: (subject) =>
    keyFindings(subject, 'key-negative-scale', ({ table, column }) => ({
      consequence: 'Citus refuses to distribute the table by this column.',
      remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE numeric;`,
      automatic: false,
    })),
};
