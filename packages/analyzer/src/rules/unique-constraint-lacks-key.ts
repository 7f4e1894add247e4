import type { Rule } from './rule.ts';
import { constraintsLackingKey } from './uniqueness.ts';

/** UNIQUE constraint without the distribution column. */
export const uniqueConstraintLacksKey: Rule = {
  id: 'unique-constraint-lacks-key',
  title: 'UNIQUE constraint without the distribution column',
  effect: 'refused',
  severity: 'error',
  explain:
    'As for primary keys: no shard sees the rows of the others. ' +
    'Where a value has to be unique over all keys (an email address over all tenants), keep it in a reference table or a local table of its own.',
  check: (subject) => constraintsLackingKey(subject, 'unique'),
};
