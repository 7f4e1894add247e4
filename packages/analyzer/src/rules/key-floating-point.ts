import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Floating-point key. */
export const keyFloatingPoint: Rule = {
  id: 'key-floating-point',
  title: 'Floating-point key',
  effect: 'advice',
  severity: 'warning',
  explain:
    'Computed floating-point values that ought to be equal often differ in their last bits (0.1 + 0.2 is not 0.3), and routing needs exact equality.',
  check: (subject) =>
    keyFindings(subject, 'key-floating-point', ({ table, column }) => ({
      consequence:
        'A query can miss a row that a tolerant comparison would find, because it looks into another shard.',
      remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE numeric; or distribute by another column.`,
      automatic: false,
    })),
};
