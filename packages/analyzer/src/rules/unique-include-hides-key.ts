import type { Constraint, Index } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { isInherited } from './uniqueness.ts';
import { nameOf } from './wording.ts';

/** UNIQUE with the key only in INCLUDE. */
export const uniqueIncludeHidesKey: Rule = {
  id: 'unique-include-hides-key',
  title: 'UNIQUE with the key only in INCLUDE',
  effect: 'silent',
  severity: 'error',
  explain:
    'Citus looks for the key among all attributes of a unique index, those after INCLUDE too, although INCLUDE columns take no part in uniqueness. ' +
    'So UNIQUE (id) INCLUDE (tenant_id) passes, and two tenants can then store the same id without an error.',
  *check(subject) {
    for (const { table, decision } of subject.distributed) {
      const has = (other: Constraint | Index): boolean =>
        'keys' in other && other.unique && other.include.includes(decision.column);
      if (isInherited(subject, table, has)) continue;
      for (const index of table.indexes) {
        if (!index.unique || !index.include.includes(decision.column)) continue;
        if (index.keys.some((key) => key.column === decision.column)) continue;
        const columns = index.keys.map((key) => key.column ?? `(${key.expression ?? ''})`).join(', ');
        yield {
          table: nameOf(table),
          object: index.name,
          message: `${displayName(table)} is unique by (${columns}) with the distribution column ${decision.column} only in INCLUDE.`,
          consequence: `Citus accepts it and checks each shard by itself: equal (${columns}) in different shards are stored without an error.`,
          remedy: `Make the key part of it: UNIQUE (${decision.column}, ${columns}); or keep what must be unique everywhere in a reference table.`,
          automatic: true,
          line: index.definition.line,
        };
      }
    }
  },
};
