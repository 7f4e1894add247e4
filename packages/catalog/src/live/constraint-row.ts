import { type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { matchType, referentialAction } from '../model/foreign-key-codes.ts';
import type { Constraint } from '../model/table.ts';
import { liveDefinition } from './reader.ts';

/** A row of `constraints.sql`. */
export interface ConstraintRow {
  readonly tableOid: number;
  readonly name: string;
  readonly type: 'p' | 'u' | 'x' | 'f' | 'c' | 'n';
  readonly definition: string;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly validated: boolean;
  readonly noInherit: boolean;
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly expression: string | null;
  readonly references: QualifiedName | null;
  readonly referencedColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly match: string;
  readonly onDeleteColumns: readonly string[];
  readonly method: string | null;
  readonly elements:
    | readonly {
        readonly column: string | null;
        readonly expression: string | null;
        readonly operator: string;
      }[]
    | null;
  readonly predicate: string | null;
}

/** The model's form of a row of `constraints.sql`. */
export function constraintOf(row: ConstraintRow, table: QualifiedName): Constraint {
  const base = {
    name: row.name,
    definition: liveDefinition(
      `ALTER TABLE ONLY ${quoteQualifiedName(table)} ADD CONSTRAINT ${quoteIdentifier(row.name)} ${row.definition}`,
    ),
    ...(row.deferrable ? { deferrable: row.deferred ? ('deferred' as const) : ('immediate' as const) } : {}),
  };
  const { columns, include } = row;
  switch (row.type) {
    case 'p':
      return { kind: 'primary-key', ...base, columns, include };
    case 'u':
      return { kind: 'unique', ...base, columns, include, nullsNotDistinct: row.nullsNotDistinct };
    case 'x':
      return {
        kind: 'exclusion',
        ...base,
        method: row.method ?? 'gist',
        elements: (row.elements ?? []).map(({ column, expression, operator }) => ({
          ...(column === null ? {} : { column }),
          ...(expression === null ? {} : { expression }),
          operator,
        })),
        ...(row.predicate === null ? {} : { predicate: row.predicate }),
      };
    case 'f':
      return {
        kind: 'foreign-key',
        ...base,
        columns,
        references: row.references ?? table,
        referencedColumns: row.referencedColumns,
        onDelete: referentialAction(row.onDelete),
        onUpdate: referentialAction(row.onUpdate),
        ...(row.onDeleteColumns.length > 0 ? { onDeleteColumns: row.onDeleteColumns } : {}),
        match: matchType(row.match),
        notValid: !row.validated,
      };
    case 'c':
      return {
        kind: 'check',
        ...base,
        expression: row.expression ?? '',
        notValid: !row.validated,
        noInherit: row.noInherit,
      };
    case 'n':
      return { kind: 'not-null', ...base, column: columns[0] ?? '' };
    default:
      return row.type satisfies never;
  }
}
