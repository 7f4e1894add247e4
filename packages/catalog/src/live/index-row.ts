import type { Constraint, Index } from '../model/table.ts';
import { liveDefinition } from './reader.ts';

/** A row of `indexes.sql`. */
export interface IndexRow {
  readonly tableOid: number;
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly constraint: string | null;
  readonly definition: string;
  readonly predicate: string | null;
  readonly keys: readonly {
    readonly column: string | null;
    readonly expression: string | null;
    readonly operatorClass: string | null;
    readonly collation: string | null;
  }[];
  readonly include: readonly string[];
}

/** The model's form of a row of `indexes.sql`; an index of a constraint is defined where that is. */
export function indexOf(row: IndexRow, constraints: readonly Constraint[]): Index {
  const owner = constraints.find(({ name }) => name === row.constraint);
  return {
    name: row.name,
    method: row.method,
    unique: row.unique,
    nullsNotDistinct: row.nullsNotDistinct,
    keys: row.keys.map(({ column, expression, operatorClass, collation }) => ({
      ...(column === null ? {} : { column }),
      ...(expression === null ? {} : { expression }),
      ...(operatorClass === null ? {} : { operatorClass }),
      ...(collation === null ? {} : { collation }),
    })),
    include: row.include,
    ...(row.predicate === null ? {} : { predicate: row.predicate }),
    ...(row.constraint === null ? {} : { constraint: row.constraint }),
    definition: owner?.definition ?? liveDefinition(row.definition),
  };
}
