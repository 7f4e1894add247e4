import type { Analysis } from '@shardwright/analyzer';
import { nameKey, type QualifiedName } from '@shardwright/core';
import { nameOf } from '../model/name-of.ts';
import type { PlannedGroup, Strategy } from '../model/plan.ts';
import type { TargetTable } from './target-database.ts';

/** Where the tables of a target go, in the order in which they are told to Citus. */
export interface Placements {
  /** Tables that are no partitions: reference tables, then each group from its leader on, then local ones. */
  readonly tables: readonly Placement[];
  readonly groups: readonly PlannedGroup[];
}

/** One table's place. */
export interface Placement {
  readonly target: TargetTable;
  readonly strategy: Strategy;
  /** Absent where a table is alone, as reference, local and range-distributed ones are. */
  readonly group?: PlannedGroup;
  /** Its name, or that of a partition, leaves no room for a shard's number: Citus cuts names of shards. */
  readonly hasCutShardNames: boolean;
}

const order: readonly Strategy[] = [
  'reference',
  'hash',
  'time-partitioned',
  'range',
  'single-shard',
  'schema',
  'local',
];

/** Chooses how each table is told to Citus, and which one leads its group. */
export function placements(targets: readonly TargetTable[], analysis: Analysis): Placements {
  const analysed = new Map(analysis.colocationGroups.map((group) => [group.name, group]));
  const whole = targets.filter(({ table }) => table.partitionOf === undefined);
  const schemas = wholeSchemas(whole);
  const isRoot = ({ table, decision }: TargetTable): boolean => {
    const root = decision.kind === 'distributed' ? analysed.get(decision.colocationGroup)?.root : undefined;
    return root !== undefined && nameKey(root) === nameKey(table);
  };
  const placed = whole
    .map((target) => ({ target, strategy: strategyOf(target, schemas) }))
    .sort(
      (a, b) => rank(a.strategy) - rank(b.strategy) || Number(isRoot(b.target)) - Number(isRoot(a.target)),
    );
  const longNames = tablesWithLongNames(targets);
  const groups = new Map<string, PlannedGroup>();
  const tables = placed.map(({ target, strategy }): Placement => {
    const { decision, table } = target;
    const hasCutShardNames = longNames.has(nameKey(table));
    if (!('colocationGroup' in decision) || strategy === 'range')
      return { target, strategy, hasCutShardNames };
    const name = decision.colocationGroup;
    const column = table.columns.find(
      (one) => decision.kind === 'distributed' && one.name === decision.column,
    );
    const group = groups.get(name) ?? {
      name,
      shardCount:
        column === undefined ? 1 : (analysed.get(name)?.shardCount ?? analysis.options.shards.count),
      ...(column === undefined ? {} : { type: column.type.sql }),
      leader: nameOf(table),
    };
    groups.set(name, group);
    return { target, strategy, group, hasCutShardNames };
  });
  return { tables, groups: [...groups.values()] };
}

// Of the 63 bytes of a name, ten are for a shard's number and two for underscores: of the number, and of the array type.
const longestName = 51;

function tablesWithLongNames(targets: readonly TargetTable[]): ReadonlySet<string> {
  const long = targets.filter(({ table }) => Buffer.byteLength(table.name) > longestName);
  return new Set(long.map(({ table }) => nameKey(table.partitionOf?.parent ?? table)));
}

function strategyOf({ table, decision }: TargetTable, schemas: ReadonlySet<string>): Strategy {
  switch (decision.kind) {
    case 'distributed':
      if (decision.method === 'range') return 'range';
      return decision.timePartitioned ? 'time-partitioned' : 'hash';
    case 'single-shard':
      return schemas.has(table.schema) ? 'schema' : 'single-shard';
    case 'reference':
    case 'local':
      return decision.kind;
    default:
      return decision satisfies never;
  }
}

/** Schemas of which every table goes to the same node: Citus then keeps the schema, and tables made in it later. */
function wholeSchemas(whole: readonly TargetTable[]): ReadonlySet<string> {
  const schemas = new Set(whole.map(({ table }) => table.schema));
  for (const { table, decision } of whole) {
    const isKept = decision.kind === 'single-shard' && decision.colocationGroup === table.schema;
    if (!isKept) schemas.delete(table.schema);
  }
  schemas.delete('public');
  return schemas;
}

/** By time or not, tables of one group are told in one run. */
function rank(strategy: Strategy): number {
  return order.indexOf(strategy === 'time-partitioned' ? 'hash' : strategy);
}

/** Finds a table's place by its name. */
export function placementOf({ tables }: Placements): (name: QualifiedName) => Placement | undefined {
  const byName = new Map(tables.map((placement) => [nameKey(placement.target.table), placement]));
  return (name) => byName.get(nameKey(name));
}
