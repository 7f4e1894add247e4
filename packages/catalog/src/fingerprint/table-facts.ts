import { nameKey } from '@shardwright/core';
import type { Column, Constraint, Index, Table } from '../model/table.ts';
import { canonicalExpression } from './canonical-tree.ts';
import type { ObjectFacts } from './object-facts.ts';

/** A table, and each of its columns, constraints and indexes. */
export function tableFacts(table: Table): readonly ObjectFacts[] {
  const name = nameKey(table);
  return [
    {
      object: `table ${name}`,
      shape: [
        table.kind,
        table.persistence,
        table.rowSecurity,
        table.replicaIdentity,
        table.tablespace,
        [...table.options].sort(),
        table.inherits.map(nameKey),
        table.partitionOf && nameKey(table.partitionOf.parent),
        table.partitionKey && [
          table.partitionKey.strategy,
          table.partitionKey.keys.map(({ column }) => column),
        ],
      ],
      words: [
        table.partitionKey?.keys.map(({ expression }) => textFact(expression)),
        table.partitionOf?.bound.replace(/\s+/g, ' '),
      ],
    },
    ...table.columns.map((column) => columnFacts(name, column)),
    // Servers since 18 name NOT NULL constraints, and only dumps by those tell.
    ...table.constraints
      .filter(({ kind }) => kind !== 'not-null')
      .map((constraint) => constraintFacts(name, constraint)),
    ...table.indexes
      .filter(({ constraint }) => constraint === undefined)
      .map((index) => indexFacts(name, index)),
  ];
}

/** An expression as a fact; `undefined` where there is none. */
export function textFact(sql: string | undefined): unknown {
  return sql === undefined ? undefined : canonicalExpression(sql);
}

/** `NULL`, `NULL::character varying(10)`, but not `NULLIF(a, b)`. */
function isNull(expression: string | undefined): boolean {
  return /^NULL\b/i.test(expression ?? '');
}

function columnFacts(table: string, column: Column): ObjectFacts {
  const { name, type, notNull, sequence, identity, generated, collation } = column;
  return {
    object: `column ${table}.${name}`,
    shape: [
      // The server forgets how many dimensions were declared, and that numeric(38) was without a scale.
      [
        type.schema,
        type.name,
        type.name === 'numeric' ? [] : type.modifiers,
        type.arrayDimensions > 0,
        type.sql,
      ],
      notNull,
      identity,
      sequence && nameKey(sequence),
      generated?.kind,
      collation && nameKey(collation),
    ],
    words: [
      // A default of NULL is kept by the server where a type modifier makes it a cast. The sequence is told already.
      sequence !== undefined || isNull(column.default) ? undefined : textFact(column.default),
      textFact(generated?.expression),
    ],
  };
}

function constraintFacts(table: string, constraint: Constraint): ObjectFacts {
  const object = `constraint ${constraint.name} ON ${table}`;
  const { kind, deferrable } = constraint;
  switch (constraint.kind) {
    case 'primary-key':
      return { object, shape: [kind, deferrable, constraint.columns, constraint.include] };
    case 'unique': {
      const { columns, include, nullsNotDistinct } = constraint;
      return { object, shape: [kind, deferrable, columns, include, nullsNotDistinct] };
    }
    case 'exclusion': {
      const { method, elements, predicate } = constraint;
      return {
        object,
        shape: [kind, deferrable, method, elements.map(({ column, operator }) => [column, operator])],
        words: [elements.map(({ expression }) => textFact(expression)), textFact(predicate)],
      };
    }
    case 'foreign-key': {
      const { columns, references, referencedColumns, onDelete, onUpdate, onDeleteColumns, match, notValid } =
        constraint;
      return {
        object,
        shape: [
          ...[kind, deferrable, columns, nameKey(references), referencedColumns],
          ...[onDelete, onUpdate, onDeleteColumns, match, notValid],
        ],
      };
    }
    case 'check':
      return {
        object,
        shape: [kind, constraint.notValid, constraint.noInherit],
        words: [textFact(constraint.expression)],
      };
    case 'not-null':
      return { object, shape: [kind, constraint.column] };
    default:
      return constraint satisfies never;
  }
}

function indexFacts(table: string, index: Index): ObjectFacts {
  const { name, method, unique, nullsNotDistinct, keys, include, predicate } = index;
  return {
    object: `index ${name} ON ${table}`,
    shape: [
      ...[method, unique, nullsNotDistinct, include],
      keys.map(({ column, operatorClass, collation }) => [column, operatorClass, collation]),
    ],
    words: [keys.map(({ expression }) => textFact(expression)), textFact(predicate)],
  };
}
