import type { Column } from '../model/table.ts';
import { maxKeyColumns } from './kernel-layout.ts';

const numbers = new Set(['int2', 'int4', 'int8', 'uuid']);
const texts = new Set(['text', 'varchar', 'bpchar', 'name', 'citext']);
const times = new Set(['date', 'timestamp', 'timestamptz']);
const others = new Set([
  'numeric',
  'bytea',
  'inet',
  'cidr',
  'macaddr',
  'oid',
  'char',
  'time',
  'ltree',
  'ulid',
]);
const notKeys = new Set(
  (
    'bool json jsonb xml point line lseg box path polygon circle tsvector tsquery bit varbit money float4 float8 ' +
    'interval jsonpath txid_snapshot pg_snapshot timetz hstore geometry geography vector halfvec sparsevec raster'
  ).split(' '),
);
const keyName =
  /(^|_)(id|ids|uuid|guid|key|code|no|num|number|name|slug|email|tenant|account|org|customer)$|Id$/;

/**
 * The columns that could be keys, at most {@link maxKeyColumns}, in table order. In a dump keys are declared
 * after the data, so types, names and positions have to tell: integers and uuids first, then columns named
 * like keys, then times, then other texts.
 */
export function keyColumns(columns: readonly Column[]): readonly number[] {
  return columns
    .map((column, index) => ({ index, rank: rankOf(column) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((left, right) => left.rank - right.rank || left.index - right.index)
    .slice(0, maxKeyColumns)
    .map(({ index }) => index)
    .sort((left, right) => left - right);
}

function rankOf({ name, type, generated }: Column): number {
  if (type.arrayDimensions > 0 || generated !== undefined || notKeys.has(type.name))
    return Number.POSITIVE_INFINITY;
  if (numbers.has(type.name)) return 0;
  if (keyName.test(name)) return 1;
  if (times.has(type.name)) return 2;
  if (texts.has(type.name) || others.has(type.name)) return 3;
  // Domains and enums: their base is not known here, and COPY text hashes whatever it is.
  return type.schema === 'pg_catalog' ? Number.POSITIVE_INFINITY : 4;
}
