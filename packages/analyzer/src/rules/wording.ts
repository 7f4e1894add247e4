import type { Constraint, ForeignKeyConstraint, Table } from '@shardwright/catalog';
import { displayName, type QualifiedName, quoteIdentifier } from '@shardwright/core';

/** The bare name of a table for a finding. */
export function nameOf(table: QualifiedName): QualifiedName {
  return { schema: table.schema, name: table.name };
}

/** `(a, b)` as SQL text. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(', ')})`;
}

/** `ALTER TABLE x` with the name quoted as needed. */
export function alterTable(table: QualifiedName): string {
  return `ALTER TABLE ${displayName(table)}`;
}

const actionSql = {
  'no-action': '',
  restrict: 'RESTRICT',
  cascade: 'CASCADE',
  'set-null': 'SET NULL',
  'set-default': 'SET DEFAULT',
} as const;

/** A foreign key in short: `(a) REFERENCES t (b)`. */
export function referenceOf(foreignKey: ForeignKeyConstraint): string {
  return `${columnList(foreignKey.columns)} REFERENCES ${displayName(foreignKey.references)} ${columnList(foreignKey.referencedColumns)}`;
}

/** What a foreign key should be made into. */
export interface ForeignKeyShape {
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
  readonly lostActions: readonly ('on-delete' | 'on-update')[];
}

/** One statement that replaces a foreign key by a changed one. */
export function replaceForeignKey(
  table: Table,
  foreignKey: ForeignKeyConstraint,
  shape: ForeignKeyShape,
): string {
  const name = quoteIdentifier(foreignKey.name);
  // The key is never NULL: under MATCH FULL no row could leave the other columns NULL any more.
  const isExtended = shape.columns.length > foreignKey.columns.length;
  const action = (event: 'on-delete' | 'on-update', value: ForeignKeyConstraint['onDelete']): string => {
    if (shape.lostActions.includes(event) || value === 'no-action') return '';
    const columns =
      event === 'on-delete' && foreignKey.onDeleteColumns !== undefined
        ? ` ${columnList(foreignKey.onDeleteColumns)}`
        : '';
    return ` ${event === 'on-delete' ? 'ON DELETE' : 'ON UPDATE'} ${actionSql[value]}${columns}`;
  };
  return (
    `${alterTable(table)} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} FOREIGN KEY ${columnList(shape.columns)} ` +
    `REFERENCES ${displayName(foreignKey.references)} ${columnList(shape.referencedColumns)}` +
    `${foreignKey.match === 'full' && !isExtended ? ' MATCH FULL' : ''}` +
    `${action('on-delete', foreignKey.onDelete)}${action('on-update', foreignKey.onUpdate)}` +
    `${deferral(foreignKey)};`
  );
}

/** ` DEFERRABLE …` of a constraint, or nothing. */
export function deferral(constraint: Pick<Constraint, 'deferrable'>): string {
  if (constraint.deferrable === undefined) return '';
  return constraint.deferrable === 'deferred' ? ' DEFERRABLE INITIALLY DEFERRED' : ' DEFERRABLE';
}

/** The statement that drops a constraint. */
export function dropConstraint(table: QualifiedName, name: string): string {
  return `${alterTable(table)} DROP CONSTRAINT ${quoteIdentifier(name)};`;
}
