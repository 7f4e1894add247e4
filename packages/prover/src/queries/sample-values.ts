import { quoteLiteral } from '@shardwright/core';
import { hashValue, shardIndex } from '@shardwright/hashing';
import type { ParameterType } from './parameter-types.ts';

/**
 * Values for parameters, as SQL: 1, 2, 3, …, or what comes next to that in the type. With `different`, values of one
 * type lie on different shards as long as there are any, as a prediction has to suppose of parameters; else they are
 * the same. NULL for types of which no value is known.
 */
export function sampleValues(
  types: readonly ParameterType[],
  options: { readonly different: boolean; readonly shardCount: number },
): readonly string[] {
  const series = new Map<string, Iterator<string>>();
  const first = new Map<string, string>();
  return types.map((parameter) => {
    const { type } = parameter;
    const next = series.get(type) ?? values(parameter, options.shardCount);
    series.set(type, next);
    const known = first.get(type);
    if (!options.different && known !== undefined) return known;
    const { value, done } = next.next();
    const sql = done === true ? `NULL::${type}` : `${quoteLiteral(value)}::${type}`;
    first.set(type, sql);
    return sql;
  });
}

/** Endless, unless there is no value at all. */
function* values(parameter: ParameterType, shardCount: number): Generator<string> {
  const { base, category, element, elementCategory, labels } = parameter;
  if (category === 'A') {
    // Two elements, as most lists have more than one; on two shards where the type can be a key.
    const inner = { ...parameter, base: element ?? '', category: elementCategory ?? '' };
    const elements = values(inner, shardCount);
    for (;;) {
      const [one, other] = [elements.next(), elements.next()];
      if (one.done === true || other.done === true) return;
      yield `{${[one.value, other.value].map(arrayElement).join(',')}}`;
    }
  }
  let used = new Set<number>();
  let candidate = 0;
  for (;;) {
    let value: string | undefined;
    // Of 64 values in a row, one lies on every shard that is left.
    for (let attempts = 0; attempts < 64; attempts++) {
      value = nthValue(++candidate, { base, category, labels });
      const hash = value === undefined ? undefined : hashValue(base, value);
      if (hash === undefined) break;
      const shard = shardIndex(hash, shardCount);
      if (used.has(shard)) continue;
      used.add(shard);
      break;
    }
    if (value === undefined) return;
    if (used.size === shardCount) used = new Set();
    yield value;
  }
}

function arrayElement(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function nthValue(
  n: number,
  { base, category, labels }: Pick<ParameterType, 'base' | 'category' | 'labels'>,
): string | undefined {
  switch (category) {
    case 'B':
      return n % 2 === 1 ? 't' : 'f';
    case 'N':
      return base.startsWith('reg') ? undefined : String(n);
    case 'S':
      return String(n);
    case 'E':
      return labels[(n - 1) % labels.length];
    case 'D':
      return base.startsWith('time') && !base.startsWith('timestamp') ? timeOf(n) : dateOf(n, base);
    case 'T':
      return `${n} days`;
    case 'I':
      return `10.0.${Math.floor(n / 256) % 256}.${n % 256}`;
    case 'V':
      return '1';
    case 'R':
      return 'empty';
    default:
      return otherValues[base]?.(n);
  }
}

const hexadecimal = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

const otherValues: Readonly<Record<string, (n: number) => string>> = {
  uuid: (n) => `00000000-0000-4000-8000-${hexadecimal(n, 12)}`,
  bytea: (n) => `\\x${hexadecimal(n, 8)}`,
  json: (n) => `{"n": ${n}}`,
  jsonb: (n) => `{"n": ${n}}`,
  jsonpath: () => '$',
  xml: () => '<n/>',
  tsquery: (n) => `'${n}'`,
  tsvector: (n) => `'${n}'`,
  macaddr: (n) => hexadecimal(n, 12).replaceAll(/(..)(?!$)/g, '$1:'),
  macaddr8: (n) => hexadecimal(n, 16).replaceAll(/(..)(?!$)/g, '$1:'),
  pg_lsn: (n) => `0/${n.toString(16).toUpperCase()}`,
  hstore: (n) => `n=>${n}`,
  ltree: (n) => `n${n}`,
  point: (n) => `(${n},${n})`,
};

const epoch = Date.UTC(2000, 0, 1);

function dateOf(n: number, base: string): string {
  const date = new Date(epoch + (n - 1) * 86_400_000).toISOString().slice(0, 10);
  if (base === 'date') return date;
  return base === 'timestamptz' ? `${date} 00:00:00+00` : `${date} 00:00:00`;
}

function timeOf(n: number): string {
  return new Date(epoch + n * 60_000).toISOString().slice(11, 19);
}
