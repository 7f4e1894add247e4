import type { ColumnStatistics, Provenance, TableStatistics } from '@shardwright/catalog';

/** The statistics of several tables as one: a partitioned table's rows lie in its partitions. */
export function mergeStatistics(parts: readonly TableStatistics[]): TableStatistics | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const filled = parts.filter((part) => part.rows > 0);
  const [only] = filled;
  if (only === undefined) return first;
  if (filled.length === 1) return only;
  const rows = sum(filled.map((part) => part.rows));
  const names = new Set(filled.flatMap((part) => Object.keys(part.columns)));
  const columns: Record<string, ColumnStatistics> = {};
  for (const name of names) {
    const merged = mergeColumn(filled, name, rows);
    if (merged !== undefined) columns[name] = merged;
  }
  const withWrites = filled.flatMap((part) => part.writes ?? []);
  const withIndexes = filled.flatMap((part) => part.indexBytes ?? []);
  return {
    rows,
    rowsProvenance: weakest(filled.map((part) => part.rowsProvenance)),
    bytes: sum(filled.map((part) => part.bytes)),
    sampledRows: sum(filled.map((part) => part.sampledRows)),
    columns,
    ...(withIndexes.length === 0 ? {} : { indexBytes: sum(withIndexes) }),
    ...(withWrites.length === 0
      ? {}
      : {
          writes: {
            inserts: sum(withWrites.map((writes) => writes.inserts)),
            updates: sum(withWrites.map((writes) => writes.updates)),
            deletes: sum(withWrites.map((writes) => writes.deletes)),
          },
        }),
  };
}

function mergeColumn(
  parts: readonly TableStatistics[],
  name: string,
  rows: number,
): ColumnStatistics | undefined {
  const present = parts.flatMap((part) => {
    const column = part.columns[name];
    return column === undefined ? [] : [{ column, weight: part.rows / rows }];
  });
  if (present.length === 0) return undefined;
  const hitters = new Map<string, number>();
  const values = new Map<string, { rows: number; bytes: number }>();
  let complete = true;
  for (const { column, weight } of present) {
    for (const { value, share } of column.heavyHitters)
      hitters.set(value, (hitters.get(value) ?? 0) + share * weight);
    if (column.values?.complete !== true) complete = false;
    for (const entry of column.values?.entries ?? []) {
      const known = values.get(entry.value) ?? { rows: 0, bytes: 0 };
      values.set(entry.value, { rows: known.rows + entry.rows, bytes: known.bytes + entry.bytes });
    }
  }
  const heavyHitters = [...hitters]
    .map(([value, share]) => ({ value, share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 100);
  const largest = Math.max(...present.map(({ column }) => column.distinct));
  return {
    provenance: weakest(present.map(({ column }) => column.provenance)),
    // Without all values the largest part's count is a lower bound, which errs towards caution.
    distinct: complete ? Math.max(values.size, largest) : largest,
    nullShare: sum(present.map(({ column, weight }) => column.nullShare * weight)),
    averageWidthBytes: sum(present.map(({ column, weight }) => column.averageWidthBytes * weight)),
    heavyHitters,
    // Samples of several parts are no uniform sample of the whole.
    ...(complete
      ? {
          values: {
            complete: true,
            entries: [...values].map(([value, entry]) => ({ value, ...entry })),
          },
        }
      : {}),
  };
}

function weakest(provenances: readonly Provenance[]): Provenance {
  if (provenances.includes('server')) return 'server';
  return provenances.includes('sampled') ? 'sampled' : 'exact';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
