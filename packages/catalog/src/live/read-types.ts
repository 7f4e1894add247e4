import { type QualifiedName, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { TypeDefinition } from '../model/objects.ts';
import type { CreationOrder } from './creation-order.ts';
import { dataType, type TypeRow } from './data-type.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface UserTypeRow extends QualifiedName {
  readonly oid: number;
  readonly kind: 'e' | 'd' | 'c' | 'r' | 'b' | 'p';
  readonly defined: boolean;
  readonly labels: readonly string[];
  readonly base: TypeRow | null;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly collation: string | null;
  readonly checks:
    | readonly { readonly name: string; readonly expression: string; readonly definition: string }[]
    | null;
  readonly attributes: readonly { readonly name: string; readonly type: TypeRow }[] | null;
  readonly subtype: TypeRow | null;
  readonly parameters: string | null;
}

/** Reads all types that people made. */
export async function readTypes(run: RunFile, order: CreationOrder): Promise<readonly TypeDefinition[]> {
  return (await run<UserTypeRow>('types')).map((row) => typeOf(row, order('pg_type', row.oid)));
}

function typeOf(row: UserTypeRow, order: number): TypeDefinition {
  const name = quoteQualifiedName(row);
  const shared = (statement: string) => ({
    schema: row.schema,
    name: row.name,
    definition: liveDefinition(statement, order),
  });
  const attributes = (row.attributes ?? []).map((attribute) => ({
    name: attribute.name,
    type: dataType(attribute.type),
  }));
  if (row.kind === 'e') {
    const statement = `CREATE TYPE ${name} AS ENUM (${row.labels.map(quoteLiteral).join(', ')})`;
    return { kind: 'enum', ...shared(statement), labels: row.labels };
  }
  if (row.kind === 'd' && row.base !== null) {
    return {
      kind: 'domain',
      ...shared(domainStatement(row, row.base.sql)),
      base: dataType(row.base),
      notNull: row.notNull,
      checks: (row.checks ?? []).map(({ expression }) => expression),
    };
  }
  if (row.kind === 'c') {
    const list = attributes.map((attribute) => `${quoteIdentifier(attribute.name)} ${attribute.type.sql}`);
    return { kind: 'composite', ...shared(`CREATE TYPE ${name} AS (${list.join(', ')})`), attributes };
  }
  if (row.kind === 'r' && row.subtype !== null) {
    const statement = `CREATE TYPE ${name} AS RANGE (${row.parameters ?? ''})`;
    return { kind: 'range', ...shared(statement), subtype: dataType(row.subtype) };
  }
  if (!row.defined) return { kind: 'shell', ...shared(`CREATE TYPE ${name}`) };
  return { kind: 'base', ...shared(`CREATE TYPE ${name} (${row.parameters ?? ''})`) };
}

function domainStatement(row: UserTypeRow, base: string): string {
  const checks = (row.checks ?? []).map(
    (check) => ` CONSTRAINT ${quoteIdentifier(check.name)} ${check.definition}`,
  );
  return [
    `CREATE DOMAIN ${quoteQualifiedName(row)} AS ${base}`,
    row.collation === null ? '' : ` COLLATE ${row.collation}`,
    row.notNull ? ' NOT NULL' : '',
    row.default === null ? '' : ` DEFAULT ${row.default}`,
    ...checks,
  ].join('');
}
