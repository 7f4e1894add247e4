import type { Rule } from './rule.ts';
import { constraintsLackingKey } from './uniqueness.ts';

/** PRIMARY KEY without the distribution column. */
export const primaryKeyLacksKey: Rule = {
  id: 'primary-key-lacks-key',
  title: 'PRIMARY KEY without the distribution column',
  effect: 'refused',
  severity: 'error',
  explain:
    'A shard can only check its own rows, so Citus takes a primary key on a distributed table only when the distribution column is one of its columns. ' +
    'Putting the key in front keeps the constraint checkable inside one shard; it then holds per key value.',
  check: (subject) => constraintsLackingKey(subject, 'primary-key'),
};
