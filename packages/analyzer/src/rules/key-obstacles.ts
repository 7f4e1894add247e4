import type { Catalog, Column, Table } from '@shardwright/catalog';
import { displayName, formatShare, quoteQualifiedName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { hasNondeterministicCollation } from './collation.ts';
import { bareTypeName, hashSupport, nodeDependentPart, typeDefinition } from './column-type.ts';

/** Ids of the rules that speak about a single distribution column. */
export type KeyRule =
  | 'key-type-without-hash'
  | 'key-type-crashes'
  | 'key-type-differs-per-node'
  | 'key-type-unknown'
  | 'key-generated'
  | 'key-negative-scale'
  | 'key-nondeterministic-collation'
  | 'key-has-nulls'
  | 'key-nullable'
  | 'key-few-values'
  | 'key-floating-point'
  | 'key-object-identifier'
  | 'key-structured-value';

/** Why a column cannot (`hard`) or should not (`soft`) be a distribution column. */
export interface KeyObstacle {
  readonly kind: 'hard' | 'soft';
  readonly rule: KeyRule;
  /** One sentence on this column. */
  readonly reason: string;
  /** How much a soft obstacle should count; hard ones are absolute. */
  readonly weight?: 'low' | 'medium' | 'high';
  /** What Citus would say; absent where it says nothing. */
  readonly citusMessage?: string;
}

/** All that speaks against a column as the table's distribution column, hard obstacles first. */
export function keyObstacles(catalog: Catalog, table: Table, column: Column): readonly KeyObstacle[] {
  return [...typeObstacles(catalog, column), ...columnObstacles(catalog, table, column)].sort(
    (a, b) => Number(a.kind === 'soft') - Number(b.kind === 'soft'),
  );
}

function typeObstacles(catalog: Catalog, column: Column): KeyObstacle[] {
  const found: KeyObstacle[] = [];
  const type = baseType(catalog, column);
  const name = bareTypeName(column.type);
  const support = hashSupport(catalog, column.type);
  if (support === 'none' || support === 'broken') {
    found.push({
      kind: 'hard',
      rule: 'key-type-without-hash',
      reason: `PostgreSQL has no hash function for ${name}.`,
      citusMessage:
        support === 'broken'
          ? 'cache lookup failed for opclass 0'
          : citusError(`data type ${name} has no default operator class for specified partition method`, {
              detail: 'Partition column types must have a default operator class defined.',
            }),
    });
  }
  if (support === 'crashes') {
    found.push({
      kind: 'hard',
      rule: 'key-type-crashes',
      reason: `Citus accepts ${name}, but a part of it has no hash function: the first INSERT ends the server process.`,
    });
  }
  if (support === 'unknown') {
    found.push({
      kind: 'soft',
      rule: 'key-type-unknown',
      weight: 'medium',
      reason: `The catalog does not tell whether ${name} has a default hash operator class.`,
    });
  }
  const part = nodeDependentPart(catalog, column.type);
  if (part !== undefined) {
    found.push({
      kind: 'hard',
      rule: 'key-type-differs-per-node',
      reason:
        part.schema === 'pg_catalog'
          ? `${part.name} values are stored as object identifiers, and each node numbers its objects by itself.`
          : `${displayName(part)} is an enum: its values are hashed by object identifiers that differ on each node.`,
    });
  }
  if (type.schema !== 'pg_catalog') return found;
  const soft = (rule: KeyRule, weight: 'low' | 'medium' | 'high', reason: string): void => {
    found.push({ kind: 'soft', rule, weight, reason });
  };
  if (type.arrayDimensions > 0 || type.name === 'jsonb' || /range$/.test(type.name)) {
    soft('key-structured-value', 'high', `${name} values are rarely compared for equality as a whole.`);
  } else if (type.name === 'float4' || type.name === 'float8') {
    soft(
      'key-floating-point',
      'high',
      `${name} values that ought to be equal can differ in their last bits, and then hash apart.`,
    );
  } else if (type.name === 'bool' || type.name === 'char') {
    const values = type.name === 'bool' ? 'two values' : 'at most 256 values';
    soft('key-few-values', 'high', `${name} has ${values}: no more shards than that hold rows.`);
  } else if (type.name === 'oid') {
    soft(
      'key-object-identifier',
      'medium',
      'oid values usually name objects of one server, not of the application.',
    );
  }
  return found;
}

function columnObstacles(catalog: Catalog, table: Table, column: Column): KeyObstacle[] {
  const found: KeyObstacle[] = [];
  if (column.generated !== undefined) {
    found.push({
      kind: 'hard',
      rule: 'key-generated',
      reason: `${column.name} is computed from other columns.`,
      citusMessage: citusError(`cannot distribute relation: ${table.name}`, {
        detail: 'Distribution column must not use GENERATED ALWAYS AS (...) STORED.',
      }),
    });
  }
  // Citus looks at the column's own type here: a domain over such a numeric passes the check, and hashes well.
  const { type } = column;
  const scale = type.schema === 'pg_catalog' && type.name === 'numeric' ? type.modifiers[1] : undefined;
  if (type.arrayDimensions === 0 && scale !== undefined && Number(scale) < 0) {
    found.push({
      kind: 'hard',
      rule: 'key-negative-scale',
      reason: `${type.sql} keeps no digits below ${10 ** -Number(scale)}, and Citus takes no such key.`,
      citusMessage: citusError(`cannot distribute relation: ${table.name}`, {
        detail: 'Distribution column must not use numeric type with negative scale',
      }),
    });
  }
  if (hasNondeterministicCollation(catalog, column)) {
    found.push({
      kind: 'hard',
      rule: 'key-nondeterministic-collation',
      reason: `Under the collation of ${column.name} different strings are equal, but they hash apart.`,
      citusMessage: 'Hash distributed partition columns may not use a non deterministic collation',
    });
  }
  if (!isNotNull(catalog, table, column)) found.push(nullObstacle(table, column));
  return found;
}

function nullObstacle(table: Table, column: Column): KeyObstacle {
  const statistics = table.statistics?.columns[column.name];
  if (statistics !== undefined && statistics.nullShare > 0) {
    return {
      kind: 'hard',
      rule: 'key-has-nulls',
      reason: `${share(statistics.nullShare)} of the rows have no ${column.name}.`,
      citusMessage: `the partition column of table ${quoteQualifiedName(table)} cannot be NULL`,
    };
  }
  const seen = statistics?.provenance === 'exact';
  return {
    kind: 'soft',
    rule: 'key-nullable',
    weight: seen ? 'low' : 'medium',
    reason: `${column.name} may be NULL${seen ? ', although no row is' : ''}.`,
  };
}

/** NOT NULL by the column, by the primary key, or by its domain. */
function isNotNull(catalog: Catalog, table: Table, column: Column): boolean {
  if (column.notNull) return true;
  if (
    table.constraints.some(
      (constraint) => constraint.kind === 'primary-key' && constraint.columns.includes(column.name),
    )
  ) {
    return true;
  }
  const definition = typeDefinition(catalog, column.type);
  return definition?.kind === 'domain' && definition.notNull;
}

function baseType(catalog: Catalog, column: Column): Column['type'] {
  let type = column.type;
  while (type.arrayDimensions === 0) {
    const definition = typeDefinition(catalog, type);
    if (definition?.kind !== 'domain') break;
    type = definition.base;
  }
  return type;
}

function share(part: number): string {
  return formatShare(part).replace('<', 'less than').replace('>', 'more than');
}
