import { plural } from '@shardwright/core';
import type { Rule } from './rule.ts';

/** Default privileges stay on the coordinator. */
export const defaultPrivilegesNotPropagated: Rule = {
  id: 'default-privileges-not-propagated',
  title: 'Default privileges stay on the coordinator',
  effect: 'silent',
  severity: 'info',
  explain:
    'GRANTs on tables, schemas, sequences and functions reach the workers, column grants too; ALTER DEFAULT PRIVILEGES does not.',
  *check(subject) {
    const grants = subject.catalog.grants.filter((grant) => grant.kind === 'default-privileges');
    const [first] = grants;
    if (first === undefined) return;
    if (!subject.catalog.tables.some((table) => subject.decisionOf(table).kind !== 'local')) return;
    yield {
      message: `${plural(grants.length, 'ALTER DEFAULT PRIVILEGES statement')}.`,
      consequence: 'Objects that are created through a worker later do not get these privileges.',
      remedy: 'Run DDL on the coordinator, or repeat the statements on every worker.',
      automatic: false,
      line: first.definition.line,
    };
  },
};
