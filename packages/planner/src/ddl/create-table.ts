import type { CheckConstraint, Column, Sequence, Table } from '@shardwright/catalog';
import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { sequenceOptions } from './sequence.ts';
import { typeText } from './type-text.ts';

/** CREATE TABLE without keys and indexes, which come after the data; checks are enforced as rows arrive. */
export function createTable(table: Table, sequenceOf: (column: Column) => Sequence | undefined): string {
  const persistence = table.persistence === 'unlogged' ? 'UNLOGGED ' : '';
  const name = quoteQualifiedName(table);
  if (table.partitionOf) {
    const { parent, bound } = table.partitionOf;
    return `CREATE ${persistence}TABLE ${name} PARTITION OF ${quoteQualifiedName(parent)} ${bound}${partitionBy(table)}${storage(table)}`;
  }
  const lines = [
    ...table.columns.map((column) => columnText(column, sequenceOf(column))),
    ...table.constraints.flatMap((constraint) =>
      constraint.kind === 'check' && !constraint.notValid ? [checkText(constraint)] : [],
    ),
  ];
  const inherits =
    table.inherits.length === 0 ? '' : ` INHERITS (${table.inherits.map(quoteQualifiedName).join(', ')})`;
  return `CREATE ${persistence}TABLE ${name} (\n  ${lines.join(',\n  ')}\n)${inherits}${partitionBy(table)}${storage(table)}`;
}

/** A check as part of CREATE TABLE or ADD. */
export function checkText(check: CheckConstraint): string {
  const noInherit = check.noInherit ? ' NO INHERIT' : '';
  const notValid = check.notValid ? ' NOT VALID' : '';
  return `CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${check.expression})${noInherit}${notValid}`;
}

function columnText(column: Column, sequence: Sequence | undefined): string {
  return [
    quoteIdentifier(column.name),
    typeText(column.type),
    ...(column.collation === undefined ? [] : [`COLLATE ${quoteQualifiedName(column.collation)}`]),
    ...(column.generated === undefined
      ? []
      : [`GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.kind.toUpperCase()}`]),
    ...(column.default === undefined || column.identity !== undefined ? [] : [`DEFAULT ${column.default}`]),
    ...(column.identity === undefined ? [] : [identityText(column, sequence)]),
    ...(column.notNull ? ['NOT NULL'] : []),
  ].join(' ');
}

function identityText(column: Column, sequence: Sequence | undefined): string {
  const words = column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT';
  const options =
    sequence === undefined
      ? ''
      : ` (${[`SEQUENCE NAME ${quoteQualifiedName(sequence)}`, ...sequenceOptions(sequence, column.type.name === 'int8')].join(' ')})`;
  return `GENERATED ${words} AS IDENTITY${options}`;
}

function partitionBy({ partitionKey }: Table): string {
  if (partitionKey === undefined) return '';
  const keys = partitionKey.keys.map(({ column, expression }) =>
    column === undefined ? `(${expression ?? ''})` : quoteIdentifier(column),
  );
  return ` PARTITION BY ${partitionKey.strategy.toUpperCase()} (${keys.join(', ')})`;
}

function storage(table: Table): string {
  const method = table.accessMethod === undefined ? '' : ` USING ${quoteIdentifier(table.accessMethod)}`;
  const options = table.options.length === 0 ? '' : ` WITH (${table.options.join(', ')})`;
  return `${method}${options}`;
}
