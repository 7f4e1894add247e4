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
  { changes, weakenings, decisionOf }: ForeignKeySurroundings,
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
  const { rules } = outcome;
  for (const action of lostActions) {
    tellLostAction(
      table,
      foreignKey,
      { action, rules, decision: decisionOf(table) },
      { changes, weakenings },
    );
  }
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
  { action, rules, decision }: { readonly action: 'on-delete' | 'on-update' } & LossReasons,
  { changes, weakenings }: Ledger,
): void {
  const event = action === 'on-delete' ? 'DELETE' : 'UPDATE';
  const does = action === 'on-delete' ? foreignKey.onDelete : foreignKey.onUpdate;
  const was = does.replace('-', ' ').toUpperCase();
  const referenced = displayName(foreignKey.references);
  const changing =
    action === 'on-delete' ? 'deleting from' : `changing ${foreignKey.referencedColumns.join(', ')} in`;
  changes.push({
    table,
    object: foreignKey.name,
    kind: 'foreign-key-action',
    what: `${foreignKey.name} of ${displayName(table)} loses ON ${event} ${was}`,
    why: whyActionIsLost(rules),
  });
  weakenings.push({
    table,
    object: foreignKey.name,
    risk: action === 'on-delete' ? 'medium' : 'low',
    before: `${changing} ${referenced} does ${was} in ${displayName(table)}`,
    after: `${changing} ${referenced} fails while rows of ${displayName(table)} refer to it`,
    ...(action === 'on-delete' ? { remedy: insteadOfAction(table, foreignKey, decision) } : {}),
  });
}

/** Why an action cannot stay, and what is decided on the table that it acts in. */
interface LossReasons {
  readonly rules: readonly string[];
  readonly decision: Decision;
}

function whyActionIsLost(rules: readonly string[]): string {
  if (rules.includes('foreign-key-default-from-sequence'))
    return 'Citus sets no default that a sequence feeds';
  if (rules.includes('foreign-key-from-reference-to-local-action'))
    return 'deleting on the coordinator cannot act on the copies of a reference table';
  return 'the action could change the distribution column, and with it the shard';
}

/** What the application does before it deletes the row that is referred to. */
function insteadOfAction(table: Table, foreignKey: ForeignKeyConstraint, decision: Decision): string {
  const { columns, references, onDelete, onDeleteColumns = columns } = foreignKey;
  const name = displayName(table);
  const rows = `WHERE ${columns.map((column, at) => `${column} = $${at + 1}`).join(' AND ')}`;
  const before = `Before deleting from ${displayName(references)}, in the same transaction:`;
  if (onDelete === 'cascade') return `${before} DELETE FROM ${name} ${rows}.`;
  const key = decision.kind === 'distributed' ? decision.column : undefined;
  if (key !== undefined && onDeleteColumns.includes(key)) {
    return `${key} says where a row lives, and can neither be NULL nor be changed: before deleting from ${displayName(references)}, delete the rows of ${name} (${rows}), or insert them again with another ${key}; or keep the row and mark it as deleted.`;
  }
  const value = onDelete === 'set-default' ? 'DEFAULT' : 'NULL';
  return `${before} UPDATE ${name} SET ${onDeleteColumns.map((column) => `${column} = ${value}`).join(', ')} ${rows}.`;
}

function tellDropped(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  rules: readonly string[],
  { changes, weakenings }: Ledger,
): void {
  const { columns, referencedColumns, references, onDelete } = foreignKey;
  const referenced = displayName(references);
  const name = displayName(table);
  changes.push({
    table,
    object: foreignKey.name,
    kind: 'foreign-key-dropped',
    what: `${foreignKey.name} of ${name} to ${referenced} is left out`,
    why: `Citus can enforce no form of it (${rules.join(', ')})`,
  });
  const lost =
    onDelete === 'no-action' || onDelete === 'restrict'
      ? ''
      : `, and deleting from ${referenced} does no ${onDelete.replace('-', ' ').toUpperCase()} any more`;
  const list = columns.length === 1 ? columns.join() : `(${columns.join(', ')})`;
  weakenings.push({
    table,
    object: foreignKey.name,
    risk: 'high',
    before: `${list} of ${name} is found in ${referenced}, unless it is NULL`,
    after: `nothing checks it${lost}`,
    remedy: `Look for orphans from time to time: SELECT DISTINCT ${columns.join(', ')} FROM ${name} WHERE ${list} NOT IN (SELECT ${referencedColumns.join(', ')} FROM ${referenced}).`,
  });
}
