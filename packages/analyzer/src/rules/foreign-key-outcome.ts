import type { ForeignKeyConstraint, Table } from '@shardwright/catalog';
import type { Decision } from '../model/analysis.ts';
import { keyOf } from './object-key.ts';

/** Ids of the rules that speak about single foreign keys under a design. */
export type ForeignKeyRule =
  | 'foreign-key-to-local'
  | 'foreign-key-from-reference-to-distributed'
  | 'foreign-key-from-local-to-distributed'
  | 'foreign-key-from-reference-to-local-action'
  | 'foreign-key-default-from-sequence'
  | 'foreign-key-not-colocated'
  | 'foreign-key-lacks-key'
  | 'foreign-key-on-delete-sets-key'
  | 'foreign-key-on-update-changes-key'
  | 'schema-foreign-key';

/**
 * What becomes of a foreign key: `kept` as it is; `changed` (extended by the distribution columns, or without an
 * action that would change the key); `dropped` because no form of it can be enforced. `rules` say why, in the
 * order in which Citus would complain.
 */
export interface ForeignKeyOutcome {
  readonly kind: 'kept' | 'changed' | 'dropped';
  readonly rules: readonly ForeignKeyRule[];
  /** The columns it will have; those it has unless it is extended. */
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
  /** Actions that cannot stay because they would change the distribution column. */
  readonly lostActions: readonly ('on-delete' | 'on-update')[];
}

/** A foreign key with its tables and what the design makes of them. */
export interface ForeignKeyPlacement {
  readonly foreignKey: ForeignKeyConstraint;
  readonly table: Table;
  readonly target: Table;
  readonly from: Decision;
  readonly to: Decision;
}

/**
 * What becomes of a foreign key when its tables are placed so. Follows the order of checks of Citus 13.2
 * (`ErrorIfUnsupportedForeignConstraintExists`, foreign_constraint.c), but goes on after the first complaint.
 */
export function foreignKeyOutcome(placement: ForeignKeyPlacement): ForeignKeyOutcome {
  const { foreignKey, from, to } = placement;
  const dropped = (...rules: ForeignKeyRule[]): ForeignKeyOutcome => ({
    kind: 'dropped',
    rules,
    columns: foreignKey.columns,
    referencedColumns: foreignKey.referencedColumns,
    lostActions: [],
  });
  if (from.kind === 'local') {
    if (to.kind === 'distributed') return dropped('foreign-key-from-local-to-distributed');
    if (to.kind === 'single-shard') return dropped('schema-foreign-key');
    if (to.kind === 'local') return kept(foreignKey);
    return setsSequenceDefault(placement)
      ? lost(foreignKey, 'foreign-key-default-from-sequence')
      : kept(foreignKey);
  }
  if (from.kind === 'single-shard' || to.kind === 'single-shard')
    return singleShardOutcome(placement, dropped);
  if (from.kind === 'distributed' && to.kind === 'local') return dropped('foreign-key-to-local');
  if (from.kind === 'reference' && to.kind === 'distributed') {
    return dropped('foreign-key-from-reference-to-distributed');
  }
  if (setsSequenceDefault(placement)) return lost(foreignKey, 'foreign-key-default-from-sequence');
  if (from.kind === 'reference') {
    const acts = changesRows(foreignKey.onDelete) || changesRows(foreignKey.onUpdate);
    return to.kind === 'local' && acts
      ? lost(foreignKey, 'foreign-key-from-reference-to-local-action')
      : kept(foreignKey);
  }
  if (to.kind === 'reference') return withActions(placement, from.column, foreignKey, []);
  if (to.kind !== 'distributed') return kept(foreignKey);
  if (!isColocated(from, to)) return dropped('foreign-key-not-colocated');
  return colocatedOutcome(placement, from.column, to.column, dropped);
}

function singleShardOutcome(
  placement: ForeignKeyPlacement,
  dropped: (...rules: ForeignKeyRule[]) => ForeignKeyOutcome,
): ForeignKeyOutcome {
  const { foreignKey, from, to } = placement;
  if (to.kind === 'reference') {
    return setsSequenceDefault(placement)
      ? lost(foreignKey, 'foreign-key-default-from-sequence')
      : kept(foreignKey);
  }
  if (from.kind === 'single-shard' && to.kind === 'single-shard' && from.schema === to.schema) {
    return setsSequenceDefault(placement)
      ? lost(foreignKey, 'foreign-key-default-from-sequence')
      : kept(foreignKey);
  }
  return dropped('schema-foreign-key');
}

function colocatedOutcome(
  placement: ForeignKeyPlacement,
  fromKey: string,
  toKey: string,
  dropped: (...rules: ForeignKeyRule[]) => ForeignKeyOutcome,
): ForeignKeyOutcome {
  const { foreignKey } = placement;
  const fromIndex = foreignKey.columns.indexOf(fromKey);
  const toIndex = foreignKey.referencedColumns.indexOf(toKey);
  if (fromIndex !== -1 && fromIndex === toIndex) return withActions(placement, fromKey, foreignKey, []);
  // The key of one side is tied to another column of the other side: rows that belong together hash apart.
  if (fromIndex !== -1 || toIndex !== -1) return dropped('foreign-key-lacks-key');
  const extended = {
    columns: [fromKey, ...foreignKey.columns],
    referencedColumns: [toKey, ...foreignKey.referencedColumns],
  };
  return withActions(placement, fromKey, extended, ['foreign-key-lacks-key']);
}

/** Whether two decisions put equal keys on the same node. Range-distributed tables never share a group. */
function isColocated(
  from: Extract<Decision, { kind: 'distributed' }>,
  to: Extract<Decision, { kind: 'distributed' }>,
): boolean {
  return from.method === 'hash' && to.method === 'hash' && from.colocationGroup === to.colocationGroup;
}

function withActions(
  placement: ForeignKeyPlacement,
  key: string,
  columns: { readonly columns: readonly string[]; readonly referencedColumns: readonly string[] },
  before: readonly ForeignKeyRule[],
): ForeignKeyOutcome {
  const { foreignKey } = placement;
  const rules: ForeignKeyRule[] = [...before];
  const lostActions: ('on-delete' | 'on-update')[] = [];
  if (columns.columns.includes(key)) {
    // ON DELETE SET NULL (other columns) is refused as well: Citus looks at the action, not at the column list.
    if (foreignKey.onDelete === 'set-null' || foreignKey.onDelete === 'set-default') {
      rules.push('foreign-key-on-delete-sets-key');
      lostActions.push('on-delete');
    }
    if (changesRows(foreignKey.onUpdate)) {
      rules.push('foreign-key-on-update-changes-key');
      lostActions.push('on-update');
    }
  }
  return {
    kind: rules.length === 0 ? 'kept' : 'changed',
    rules,
    columns: columns.columns,
    referencedColumns: columns.referencedColumns,
    lostActions,
  };
}

function changesRows(action: ForeignKeyConstraint['onDelete']): boolean {
  return action === 'cascade' || action === 'set-null' || action === 'set-default';
}

/** SET DEFAULT on a column that a sequence feeds: shards have no such default, NULL would be stored. */
function setsSequenceDefault(placement: ForeignKeyPlacement): boolean {
  const { foreignKey, table } = placement;
  const columns =
    foreignKey.onUpdate === 'set-default'
      ? foreignKey.columns
      : foreignKey.onDelete === 'set-default'
        ? (foreignKey.onDeleteColumns ?? foreignKey.columns)
        : [];
  return columns.some((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    return column?.sequence !== undefined && column.identity === undefined;
  });
}

function kept(foreignKey: ForeignKeyConstraint): ForeignKeyOutcome {
  return {
    kind: 'kept',
    rules: [],
    columns: foreignKey.columns,
    referencedColumns: foreignKey.referencedColumns,
    lostActions: [],
  };
}

/** Kept, but without the actions that Citus refuses. */
function lost(foreignKey: ForeignKeyConstraint, rule: ForeignKeyRule): ForeignKeyOutcome {
  const isDefaultRule = rule === 'foreign-key-default-from-sequence';
  const refused = (action: ForeignKeyConstraint['onDelete']): boolean =>
    isDefaultRule ? action === 'set-default' : changesRows(action);
  return {
    kind: 'changed',
    rules: [rule],
    columns: foreignKey.columns,
    referencedColumns: foreignKey.referencedColumns,
    lostActions: [
      ...(refused(foreignKey.onDelete) ? (['on-delete'] as const) : []),
      ...(refused(foreignKey.onUpdate) ? (['on-update'] as const) : []),
    ],
  };
}

/** Whether a foreign key refers to its own table. */
export function isSelfReference(placement: Pick<ForeignKeyPlacement, 'table' | 'target'>): boolean {
  return keyOf(placement.table) === keyOf(placement.target);
}
