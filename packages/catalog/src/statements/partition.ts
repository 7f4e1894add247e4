import { type Node, type PartitionBoundSpec, sqlText } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { inheritCheckInto } from './check.ts';
import { inheritedColumn } from './column.ts';
import type { Database } from './database.ts';
import type { TableDraft } from './draft.ts';
import { inheritForeignKey } from './foreign-key.ts';
import { attachOrCloneIndex } from './index-draft.ts';
import { refused } from './problem.ts';

/** A partition's bound as SQL: `FOR VALUES FROM (1) TO (10)` or `DEFAULT`. */
export function boundSql(bound: PartitionBoundSpec | undefined, { sql }: Definition): string {
  if (bound === undefined || bound.is_default) return 'DEFAULT';
  const list = (nodes: readonly Node[] | undefined): string =>
    `(${(nodes ?? []).map((node) => sqlText(node, sql).replace(/^"?(minvalue|maxvalue)"?$/i, (word) => word.replaceAll('"', '').toUpperCase())).join(', ')})`;
  switch (bound.strategy) {
    case 'l':
      return `FOR VALUES IN ${list(bound.listdatums)}`;
    case 'h':
      return `FOR VALUES WITH (modulus ${bound.modulus ?? 0}, remainder ${bound.remainder ?? 0})`;
    default:
      return `FOR VALUES FROM ${list(bound.lowerdatums)} TO ${list(bound.upperdatums)}`;
  }
}

/** Makes a table a partition of another: checks, NOT NULL, indexes and foreign keys come down to it. */
export function adoptPartition(
  database: Database,
  parent: TableDraft,
  partition: TableDraft,
  bound: string,
): void {
  if (parent.kind !== 'partitioned') refused(`"${parent.name}" is not partitioned`);
  partition.partitionOf = { parent, bound };
  parent.partitions.add(partition);
  for (const column of parent.columns) {
    const own = partition.columns.find((candidate) => candidate.name === column.name);
    if (own) own.notNull ||= column.notNull;
    else partition.columns.push(inheritedColumn(column));
  }
  for (const constraint of parent.constraints)
    if (constraint.kind === 'check') inheritCheckInto(constraint, partition);
  for (const index of parent.indexes) attachOrCloneIndex(database, index, partition);
  for (const constraint of [...parent.constraints]) {
    if (constraint.kind === 'foreign-key') inheritForeignKey(database, constraint, partition);
  }
}

/** Refuses a table as a child (by INHERIT or ATTACH PARTITION) that lacks what the parent has. */
export function refuseUnlikeParent(parent: TableDraft, child: TableDraft): void {
  for (const column of parent.columns) {
    const own = child.columns.find((candidate) => candidate.name === column.name);
    if (!own) refused(`child table is missing column "${column.name}"`);
    if (column.notNull && !own.notNull)
      refused(`column "${column.name}" in child table must be marked NOT NULL`);
  }
  for (const check of parent.constraints) {
    if (check.kind !== 'check' || check.noInherit) continue;
    const own = child.constraints.find((candidate) => candidate.name === check.name);
    if (own?.kind !== 'check') refused(`child table is missing constraint "${check.name}"`);
  }
}

/** ALTER TABLE … DETACH PARTITION: what came from the parent stays, on its own. */
export function detachPartition(parent: TableDraft, partition: TableDraft): void {
  if (partition.partitionOf?.parent !== parent) {
    refused(`relation "${partition.name}" is not a partition of relation "${parent.name}"`);
  }
  delete partition.partitionOf;
  parent.partitions.delete(partition);
  for (const index of partition.indexes) {
    index.parent?.children.delete(index);
    index.parent = undefined;
  }
  for (const constraint of partition.constraints) {
    constraint.parent?.children.delete(constraint);
    constraint.parent = undefined;
  }
}
