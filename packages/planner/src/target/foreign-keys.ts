import { type Decision, type ForeignKeyOutcome, foreignKeyOutcome } from '@shardwright/analyzer';
import type { ForeignKeyConstraint, Table } from '@shardwright/catalog';
import { displayName, nameKey, type QualifiedName } from '@shardwright/core';
import type { Ledger } from './unique-keys.ts';

/** What foreign keys are judged by. */
export interface ForeignKeySurroundings extends Ledger {
  readonly decisionOf: (name: QualifiedName) => Decision;
  readonly tableOf: (name: QualifiedName) => Table | undefined;
  /** By `nameKey`: see {@link unmanageableTables}. */
  readonly cannotBeManaged: ReadonlySet<string>;
}

/** A table's foreign keys as they can be on Citus; those that cannot are left out, and told. */
export function targetForeignKeys(
  table: Table,
  surroundings: ForeignKeySurroundings,
): readonly ForeignKeyConstraint[] {
  return table.constraints.flatMap((constraint) => {
    if (constraint.kind !== 'foreign-key' || isInherited(table, constraint, surroundings)) return [];
    const target = surroundings.tableOf(constraint.references);
    // To a table that the source does not show us: nothing can be said of it.
    if (target === undefined) return [constraint];
    if (tiesToMetadata(table, constraint, surroundings)) {
      tellDropped(table, constraint, ['inheritance-beside-reference-table'], surroundings);
      return [];
    }
    const outcome = foreignKeyOutcome({
      foreignKey: constraint,
      table,
      target,
      from: surroundings.decisionOf(table),
      to: surroundings.decisionOf(target),
    });
    if (outcome.kind === 'dropped') {
      tellDropped(table, constraint, outcome.rules, surroundings);
      return [];
    }
    if (outcome.kind === 'kept') return [constraint];
    return [changed(table, constraint, outcome, surroundings)];
  });
}

/** Whether a partition has a foreign key because its parent has it. */
function isInherited(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  { tableOf }: ForeignKeySurroundings,
): boolean {
  const parent = table.partitionOf && tableOf(table.partitionOf.parent);
  return (
    parent?.constraints.some(
      (other) =>
        other.kind === 'foreign-key' &&
        other.columns.join() === foreignKey.columns.join() &&
        displayName(other.references) === displayName(foreignKey.references),
    ) ?? false
  );
}

/** Whether a foreign key leads from or to a table that Citus' metadata cannot hold, and its other side may be there. */
function tiesToMetadata(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  { cannotBeManaged }: ForeignKeySurroundings,
): boolean {
  const isOut = (name: QualifiedName): boolean => cannotBeManaged.has(nameKey(name));
  return isOut(table) !== isOut(foreignKey.references);
}

function changed(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  outcome: ForeignKeyOutcome,
  { changes, weakenings }: Ledger,
): ForeignKeyConstraint {
  const { columns, referencedColumns, lostActions } = outcome;
  const isExtended = columns.length > foreignKey.columns.length;
  const object = foreignKey.name;
  if (isExtended) {
    changes.push({
      table,
      object,
      kind: 'foreign-key-extended',
      what: `${object} of ${displayName(table)} becomes (${columns.join(', ')}) → ${displayName(foreignKey.references)} (${referencedColumns.join(', ')})`,
      why: 'the distribution columns of both sides must be paired, so that both rows live in one shard',
    });
    if (foreignKey.match === 'full') {
      weakenings.push({
        table,
        object,
        risk: 'low',
        before: 'MATCH FULL: all columns are NULL or none is',
        after: 'the distribution column is never NULL, so any NULL among the others leaves a row unchecked',
      });
    }
  }
  for (const action of lostActions) tellLostAction(table, foreignKey, action, { changes, weakenings });
  const { onDeleteColumns, ...rest } = foreignKey;
  const losesDelete = lostActions.includes('on-delete');
  return {
    ...rest,
    columns,
    referencedColumns,
    match: isExtended ? 'simple' : foreignKey.match,
    onDelete: losesDelete ? 'no-action' : foreignKey.onDelete,
    onUpdate: lostActions.includes('on-update') ? 'no-action' : foreignKey.onUpdate,
    ...(onDeleteColumns === undefined || losesDelete ? {} : { onDeleteColumns }),
  };
}

function tellLostAction(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  action: 'on-delete' | 'on-update',
  { changes, weakenings }: Ledger,
): void {
  const event = action === 'on-delete' ? 'DELETE' : 'UPDATE';
  const was = (action === 'on-delete' ? foreignKey.onDelete : foreignKey.onUpdate)
    .replace('-', ' ')
    .toUpperCase();
  const referenced = displayName(foreignKey.references);
  changes.push({
    table,
    object: foreignKey.name,
    kind: 'foreign-key-action',
    what: `${foreignKey.name} of ${displayName(table)} loses ON ${event} ${was}`,
    why: 'the action could change the distribution column, and with it the shard',
  });
  weakenings.push({
    table,
    object: foreignKey.name,
    risk: action === 'on-delete' ? 'medium' : 'low',
    before: `${event} of a row of ${referenced} does ${was} in ${displayName(table)}`,
    after: `${event} of a row of ${referenced} fails while rows of ${displayName(table)} refer to it`,
    ...(action === 'on-delete'
      ? {
          remedy: `Before deleting from ${referenced}: UPDATE ${displayName(table)} SET ${foreignKey.columns.map((column) => `${column} = NULL`).join(', ')} WHERE … in the same transaction.`,
        }
      : {}),
  });
}

function tellDropped(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  rules: readonly string[],
  { changes, weakenings }: Ledger,
): void {
  const referenced = displayName(foreignKey.references);
  changes.push({
    table,
    object: foreignKey.name,
    kind: 'foreign-key-dropped',
    what: `${foreignKey.name} of ${displayName(table)} to ${referenced} is left out`,
    why: `Citus can enforce no form of it (${rules.join(', ')})`,
  });
  weakenings.push({
    table,
    object: foreignKey.name,
    risk: 'high',
    before: `every row of ${displayName(table)} refers to a row of ${referenced}`,
    after: 'nothing checks it',
    remedy: `Look for orphans from time to time: SELECT … FROM ${displayName(table)} LEFT JOIN ${referenced} … IS NULL.`,
  });
}
