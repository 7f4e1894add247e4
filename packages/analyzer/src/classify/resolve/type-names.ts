import type { TypeName } from '@shardwright/sql';

const internalNames: Readonly<Record<string, string>> = {
  integer: 'int4',
  int: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  'double precision': 'float8',
  real: 'float4',
  boolean: 'bool',
  'character varying': 'varchar',
  character: 'bpchar',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  decimal: 'numeric',
  serial: 'int4',
  bigserial: 'int8',
  smallserial: 'int2',
};

/** PostgreSQL's internal name of a type as `format_type` prints it; `int4[]` for arrays. */
export function internalTypeName(formatted: string): string {
  const array = formatted.endsWith('[]');
  const bare = (array ? formatted.slice(0, -2) : formatted).replace(/\([^)]*\)/, '').trim();
  const name = internalNames[bare.toLowerCase()] ?? bare;
  return array ? `${name}[]` : name;
}

/** The internal name of a type in a syntax tree. */
export function typeNameOf(type: TypeName | undefined): string | undefined {
  const last = type?.names?.[type.names.length - 1];
  if (!last || !('String' in last) || last.String.sval === undefined) return undefined;
  const name = internalNames[last.String.sval] ?? last.String.sval;
  return type?.arrayBounds && type.arrayBounds.length > 0 ? `${name}[]` : name;
}

const integerRank: Readonly<Record<string, number>> = {
  int2: 1,
  int4: 2,
  int8: 3,
  numeric: 4,
  float4: 5,
  float8: 6,
};

/** The type of an arithmetic operation, where it is plain. */
export function arithmeticType(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  if (left === 'unknown') return right;
  if (right === 'unknown') return left;
  const leftRank = integerRank[left];
  const rightRank = integerRank[right];
  if (leftRank !== undefined && rightRank !== undefined) return leftRank >= rightRank ? left : right;
  return left === right ? left : undefined;
}

/** The type an aggregate or a common function gives for its arguments, where it is plain. */
export function callType(name: string, args: readonly (string | undefined)[]): string | undefined {
  const [first] = args;
  switch (name) {
    case 'count':
    case 'row_number':
    case 'rank':
    case 'dense_rank':
      return 'int8';
    case 'sum':
      if (first === 'int4' || first === 'int2') return 'int8';
      return first === 'int8' ? 'numeric' : first;
    case 'avg':
      return first === 'float8' || first === 'float4' ? 'float8' : 'numeric';
    case 'min':
    case 'max':
    case 'abs':
    case 'generate_series':
    case 'first_value':
    case 'last_value':
    case 'lag':
    case 'lead':
    case 'nth_value':
      return first;
    case 'now':
      return 'timestamptz';
    case 'random':
      return 'float8';
    case 'lower':
    case 'upper':
    case 'to_char':
    case 'substring':
    case 'substr':
    case 'concat':
    case 'string_agg':
      return 'text';
    default:
      return undefined;
  }
}
