import { displayName } from '@shardwright/core';
import { foreignKeyFindings, notColocatedMessage } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint } from './wording.ts';

/** Foreign key between tables that are not co-located. */
export const foreignKeyNotColocated: Rule = {
  id: 'foreign-key-not-colocated',
  title: 'Foreign key between tables that are not co-located',
  effect: 'refused',
  severity: 'error',
  explain:
    'Both tables are distributed, but not in one co-location group, so equal keys can live on different nodes. Range-distributed tables are never co-located.',
  check: (subject) =>
    foreignKeyFindings(subject, 'foreign-key-not-colocated', ({ table, foreignKey, target }) => ({
      but: `crosses co-location groups`,
      consequence: 'Citus refuses to distribute the table.',
      remedy: `${dropConstraint(table, foreignKey.name)} or distribute ${displayName(table)} by the key of ${displayName(target)}, or make ${displayName(target)} a reference table.`,
      automatic: true,
      citusMessage: notColocatedMessage,
    })),
};
