import type { Column, Table } from '@shardwright/catalog';

/** How a table can be cut into ranges, or why it cannot. */
export type RangeShards =
  | { readonly kind: 'cut'; readonly ranges: RangeBounds }
  | { readonly kind: 'refused'; readonly why: string };

/** Where each shard begins, the first one below every value; each ends `step` before the next. */
export interface RangeBounds {
  readonly starts: readonly string[];
  readonly last: string;
  /** SQL type of the values, and what lies between one and the next. */
  readonly type: string;
  readonly step: string;
}

const forever = { first: '-infinity', last: 'infinity' };
const cuttable: Readonly<Record<string, { first: string; last: string; step: string }>> = {
  int2: { first: '-32768', last: '32767', step: '1' },
  int4: { first: '-2147483648', last: '2147483647', step: '1' },
  int8: { first: '-9223372036854775808', last: '9223372036854775807', step: '1' },
  date: { ...forever, step: '1' },
  timestamp: { ...forever, step: "interval '1 microsecond'" },
  timestamptz: { ...forever, step: "interval '1 microsecond'" },
};

/** Ranges that hold about as many rows each, by the values that were seen; those at the ends are open. */
export function rangeShards(table: Table, column: Column, shardCount: number): RangeShards {
  const refused = (why: string): RangeShards => ({ kind: 'refused', why });
  if (table.partitionKey !== undefined) return refused('Citus distributes partitioned tables by hash only');
  const type = column.type.schema === 'pg_catalog' ? cuttable[column.type.name] : undefined;
  if (type === undefined) {
    return refused(
      `ranges over ${column.type.sql} cannot be told to cover every value; integers, dates and timestamps can`,
    );
  }
  const entries = table.statistics?.columns[column.name]?.values?.entries ?? [];
  const isNumber = column.type.name.startsWith('int');
  const seen = entries.filter(({ value }) => (isNumber ? /^-?\d+$/ : /^\d{4}-\d\d-\d\d/).test(value));
  if (seen.length < 2) {
    return refused(
      `no values of ${column.name} were seen, and so nothing tells where to cut; a dump with rows would`,
    );
  }
  const sorted = [...seen].sort((a, b) =>
    isNumber ? compareNumbers(a.value, b.value) : a.value < b.value ? -1 : 1,
  );
  const total = sorted.reduce((sum, { rows }) => sum + rows, 0);
  const starts = [type.first];
  let before = 0;
  for (const { value, rows } of sorted) {
    if (before > 0 && before * shardCount >= total * starts.length) starts.push(value);
    before += rows;
  }
  return { kind: 'cut', ranges: { starts, last: type.last, type: column.type.sql, step: type.step } };
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
