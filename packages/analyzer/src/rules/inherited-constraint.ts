import type { Constraint, Table } from '@shardwright/catalog';
import { keyOf } from './object-key.ts';
import type { RuleSubject } from './subject.ts';

/** Whether a partition has a constraint because its parent has it, and needs no finding of its own. */
export function isFromParent(subject: RuleSubject, table: Table, constraint: Constraint): boolean {
  const parent = table.partitionOf && subject.tables.get(keyOf(table.partitionOf.parent));
  return (
    parent?.constraints.some(
      (one) =>
        one.kind === constraint.kind &&
        (one.name === constraint.name || one.definition.sql === constraint.definition.sql),
    ) ?? false
  );
}
