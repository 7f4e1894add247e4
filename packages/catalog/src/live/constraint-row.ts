import { type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { Constraint, ReferentialAction } from '../model/table.ts';
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

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no-action',
  r: 'restrict',
  c: 'cascade',
  n: 'set-null',
  d: 'set-default',
};

const matches: Readonly<Record<string, 'simple' | 'full' | 'partial'>> = {
  s: 'simple',
  f: 'full',
  p: 'partial',
};

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
        onDelete: actions[row.onDelete] ?? 'no-action',
        onUpdate: actions[row.onUpdate] ?? 'no-action',
        ...(row.onDeleteColumns.length > 0 ? { onDeleteColumns: row.onDeleteColumns } : {}),
        match: matches[row.match] ?? 'simple',
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
