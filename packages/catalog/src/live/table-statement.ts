import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { Column, Table } from '../model/table.ts';

/** What a CREATE TABLE statement needs besides the model. */
export interface TableStatementDetail {
  /** As `pg_get_partkeydef` prints it: `RANGE (day)`. */
  readonly partitionKey: string | undefined;
  readonly server: string | undefined;
  readonly serverOptions: readonly string[];
}

/** CREATE TABLE with columns and checks: PostgreSQL has no function that writes it. */
export function tableStatement(
  table: Omit<Table, 'definition'>,
  { partitionKey, server, serverOptions }: TableStatementDetail,
): string {
  const persistence = table.persistence === 'unlogged' ? 'UNLOGGED ' : '';
  const kind = table.kind === 'foreign' ? 'FOREIGN TABLE' : `${persistence}TABLE`;
  const inherits = table.inherits.map(quoteQualifiedName).join(', ');
  const checks = table.constraints.flatMap((constraint) =>
    // What a statement cannot say of a table without rows is said by the constraint's own statement.
    constraint.kind === 'check' && !constraint.notValid
      ? [
          `CONSTRAINT ${quoteIdentifier(constraint.name)} CHECK (${constraint.expression})${constraint.noInherit ? ' NO INHERIT' : ''}`,
        ]
      : [],
  );
  const elements = [...table.columns.map(columnClause), ...checks].map((element) => `\n    ${element}`);
  const { partitionOf } = table;
  return [
    `CREATE ${kind} ${quoteQualifiedName(table)}`,
    partitionOf === undefined
      ? ` (${elements.join(',')}${elements.length > 0 ? '\n' : ''})`
      : ` PARTITION OF ${quoteQualifiedName(partitionOf.parent)} ${partitionOf.bound}`,
    inherits === '' ? '' : `\nINHERITS (${inherits})`,
    partitionKey === undefined ? '' : `\nPARTITION BY ${partitionKey}`,
    server === undefined ? '' : `\nSERVER ${quoteIdentifier(server)}`,
    serverOptions.length === 0 ? '' : `\nOPTIONS (${serverOptions.join(', ')})`,
    table.accessMethod === undefined || table.accessMethod === 'heap'
      ? ''
      : `\nUSING ${quoteIdentifier(table.accessMethod)}`,
    table.options.length === 0 ? '' : `\nWITH (${table.options.map(optionClause).join(', ')})`,
    table.tablespace === undefined ? '' : `\nTABLESPACE ${quoteIdentifier(table.tablespace)}`,
  ].join('');
}

function columnClause(column: Column): string {
  return [
    `${quoteIdentifier(column.name)} ${column.type.sql}`,
    column.collation === undefined ? '' : ` COLLATE ${quoteQualifiedName(column.collation)}`,
    column.default === undefined ? '' : ` DEFAULT ${column.default}`,
    column.generated === undefined
      ? ''
      : ` GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.kind.toUpperCase()}`,
    column.identity === undefined
      ? ''
      : ` GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`,
    column.notNull ? ' NOT NULL' : '',
  ].join('');
}

/** `fillfactor=70` as it stands in WITH: values that are not plain words or numbers need quotes. */
function optionClause(option: string): string {
  const [name = '', ...rest] = option.split('=');
  const value = rest.join('=');
  return /^[\w.]+$/.test(value) ? `${name}=${value}` : `${name}='${value.replaceAll("'", "''")}'`;
}
