import type { Constraint, ForeignKeyConstraint, ReferentialAction, Table } from '@shardwright/catalog';
import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { checkText } from './create-table.ts';

/** ALTER TABLE … ADD CONSTRAINT. */
export function addConstraint(table: Table, constraint: Constraint): string {
  return `ALTER TABLE ${quoteQualifiedName(table)} ADD ${constraintText(constraint)}`;
}

/** ALTER TABLE … DROP CONSTRAINT. */
export function dropConstraint(table: Table, constraint: Constraint): string {
  return `ALTER TABLE ${quoteQualifiedName(table)} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`;
}

function constraintText(constraint: Constraint): string {
  const named = `CONSTRAINT ${quoteIdentifier(constraint.name)}`;
  switch (constraint.kind) {
    case 'primary-key':
      return `${named} PRIMARY KEY ${columnList(constraint.columns)}${include(constraint.include)}${deferrable(constraint)}`;
    case 'unique': {
      const nulls = constraint.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      return `${named} UNIQUE${nulls} ${columnList(constraint.columns)}${include(constraint.include)}${deferrable(constraint)}`;
    }
    case 'exclusion': {
      const elements = constraint.elements.map(
        ({ column, expression, operator }) =>
          `${column === undefined ? `(${expression ?? ''})` : quoteIdentifier(column)} WITH ${operator}`,
      );
      const where = constraint.predicate === undefined ? '' : ` WHERE (${constraint.predicate})`;
      return `${named} EXCLUDE USING ${quoteIdentifier(constraint.method)} (${elements.join(', ')})${where}${deferrable(constraint)}`;
    }
    case 'foreign-key':
      return `${named} ${foreignKeyText(constraint)}${deferrable(constraint)}${constraint.notValid ? ' NOT VALID' : ''}`;
    case 'check':
      return checkText(constraint);
    case 'not-null':
      return `${named} NOT NULL ${quoteIdentifier(constraint.column)}`;
    default:
      return constraint satisfies never;
  }
}

function foreignKeyText(foreignKey: ForeignKeyConstraint): string {
  const match = foreignKey.match === 'full' ? ' MATCH FULL' : '';
  const setColumns = foreignKey.onDeleteColumns ? ` ${columnList(foreignKey.onDeleteColumns)}` : '';
  const onDelete =
    foreignKey.onDelete === 'no-action' ? '' : ` ON DELETE ${actionText(foreignKey.onDelete)}${setColumns}`;
  const onUpdate = foreignKey.onUpdate === 'no-action' ? '' : ` ON UPDATE ${actionText(foreignKey.onUpdate)}`;
  return `FOREIGN KEY ${columnList(foreignKey.columns)} REFERENCES ${quoteQualifiedName(foreignKey.references)} ${columnList(foreignKey.referencedColumns)}${match}${onDelete}${onUpdate}`;
}

function actionText(action: ReferentialAction): string {
  return action.replace('-', ' ').toUpperCase();
}

function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(', ')})`;
}

function include(columns: readonly string[]): string {
  return columns.length === 0 ? '' : ` INCLUDE ${columnList(columns)}`;
}

function deferrable({ deferrable: timing }: Constraint): string {
  if (timing === undefined) return '';
  return timing === 'deferred' ? ' DEFERRABLE INITIALLY DEFERRED' : ' DEFERRABLE';
}
