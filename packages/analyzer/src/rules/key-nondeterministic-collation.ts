import { quoteIdentifier } from '@shardwright/core';
import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';
import { alterTable } from './wording.ts';

/** Key with a nondeterministic collation. */
export const keyNondeterministicCollation: Rule = {
  id: 'key-nondeterministic-collation',
  title: 'Key with a nondeterministic collation',
  effect: 'refused',
  severity: 'error',
  explain:
    'Under a nondeterministic collation strings of different bytes can be equal (case-insensitive comparison, for example), but Citus needs equal values to have equal hashes.',
  check: (subject) =>
    keyFindings(subject, 'key-nondeterministic-collation', ({ table, column }) => ({
      consequence: 'Citus refuses to distribute the table by this column.',
      remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} TYPE text COLLATE "default"; fold case on the way in if the application relies on it.`,
      automatic: false,
    })),
};
