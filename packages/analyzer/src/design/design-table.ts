import type { Catalog, Column, Table, TableStatistics } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import { columnPrefix, rowName } from '../relations/names.ts';
import { mergeStatistics } from './merge-statistics.ts';

/** A table that gets its own decision: partitions stand behind the table they are part of. */
export interface DesignTable {
  /** Position in {@link DesignTables.list}. */
  readonly index: number;
  /** `nameKey` of the table. */
  readonly key: string;
  readonly table: Table;
  /** All partitions below it, of any level. */
  readonly partitions: readonly Table[];
  readonly columns: ReadonlyMap<string, Column>;
  readonly primaryKey: readonly string[];
  /** The prefix that nearly all of its columns carry, if any: `l` in TPC-H's lineitem. */
  readonly prefix: string | undefined;
  /** What one of its rows is called: `order_item`. */
  readonly rowName: string;
  /** Column sets that are unique besides the primary key, those with expressions left out. */
  readonly uniques: readonly (readonly string[])[];
  /** Of the table and its partitions together. */
  readonly statistics?: TableStatistics;
  /** Set when Citus can neither distribute nor replicate it: why it stays where it is. */
  readonly localBecause?: string;
}

/** The tables a design decides about. */
export interface DesignTables {
  readonly list: readonly DesignTable[];
  /** By `nameKey`; a partition's key leads to the table it is part of. */
  readonly indexOf: ReadonlyMap<string, number>;
}

/** The tables of a catalog that need a decision of their own. */
export function collectDesignTables(catalog: Catalog): DesignTables {
  const byKey = new Map(catalog.tables.map((table) => [nameKey(table), table]));
  const topKey = (table: Table): string => {
    let current = table;
    const seen = new Set<string>();
    while (current.partitionOf !== undefined && !seen.has(nameKey(current))) {
      seen.add(nameKey(current));
      const parent = byKey.get(nameKey(current.partitionOf.parent));
      if (parent === undefined) break;
      current = parent;
    }
    return nameKey(current);
  };
  const partitions = new Map<string, Table[]>();
  for (const table of catalog.tables) {
    const top = topKey(table);
    if (top === nameKey(table)) continue;
    const list = partitions.get(top);
    if (list === undefined) partitions.set(top, [table]);
    else list.push(table);
  }
  const inherited = new Set(catalog.tables.flatMap((table) => table.inherits.map(nameKey)));
  const list: DesignTable[] = [];
  const indexOf = new Map<string, number>();
  for (const table of catalog.tables) {
    const key = nameKey(table);
    if (topKey(table) !== key || indexOf.has(key)) continue;
    const parts = partitions.get(key) ?? [];
    const index = list.length;
    list.push(designTable(index, table, parts, inherited.has(key)));
    for (const member of [table, ...parts]) indexOf.set(nameKey(member), index);
  }
  return { list, indexOf };
}

function designTable(
  index: number,
  table: Table,
  partitions: readonly Table[],
  isInherited: boolean,
): DesignTable {
  const primaryKey = table.constraints.find((constraint) => constraint.kind === 'primary-key');
  const uniques: (readonly string[])[] = [];
  for (const constraint of table.constraints)
    if (constraint.kind === 'unique') uniques.push(constraint.columns);
  for (const item of table.indexes) {
    if (!item.unique || item.constraint !== undefined) continue;
    const columns = item.keys.flatMap(({ column }) => (column === undefined ? [] : [column]));
    if (columns.length === item.keys.length) uniques.push(columns);
  }
  const statistics = mergeStatistics([table, ...partitions].flatMap((part) => part.statistics ?? []));
  const localBecause = staysLocal(table, isInherited);
  return {
    index,
    key: nameKey(table),
    table,
    partitions,
    columns: new Map(table.columns.map((column) => [column.name, column])),
    primaryKey: primaryKey?.columns ?? [],
    prefix: columnPrefix(table.columns.map(({ name }) => name)),
    rowName: rowName(table.name),
    uniques,
    ...(statistics === undefined ? {} : { statistics }),
    ...(localBecause === undefined ? {} : { localBecause }),
  };
}

function staysLocal(table: Table, isInherited: boolean): string | undefined {
  if (table.kind === 'foreign') return 'foreign tables stay on the coordinator';
  if (table.persistence === 'temporary') return 'temporary tables cannot be distributed';
  // Both name the way out: an old tree of partitions can be made a declaratively partitioned table.
  if (table.inherits.length > 0)
    return 'it inherits from another table, and Citus distributes declarative partitions only';
  if (isInherited) return 'other tables inherit from it, and Citus distributes declarative partitions only';
  return undefined;
}
