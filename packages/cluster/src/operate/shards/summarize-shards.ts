import { formatNode, type NodeAddress } from '../node-address.ts';
import type { ShardPlacement } from './read-shards.ts';

/** How evenly something is spread; 1 is perfect. */
export interface Skew {
  /** The largest part over the mean of all parts. */
  readonly largestOverMean: number;
  /** The largest part's share of the whole, from 0 to 1. */
  readonly largestShare: number;
}

/** What one node holds of something. */
export interface NodeShare {
  readonly node: NodeAddress;
  readonly shards: number;
  readonly sizeBytes: number;
  readonly rows: number;
}

/** A table and its shards. */
export interface TableShards {
  readonly table: string;
  readonly type: string;
  readonly distributionColumn: string | null;
  readonly colocationId: number;
  readonly shardCount: number;
  /** Of all placements, reference tables' copies included. */
  readonly sizeBytes: number;
  /** Of one copy of each shard. */
  readonly rows: number;
  /** Of bytes over shards; absent for one shard. */
  readonly skew?: Skew;
  readonly emptyShards: number;
  /** Much larger than the mean of the table: what a heavy key makes. */
  readonly hotShards: readonly ShardPlacement[];
  readonly nodes: readonly NodeShare[];
}

/** Tables that are split alike: a move takes the shards of all of them along. */
export interface ColocationGroup {
  readonly id: number;
  readonly tables: readonly string[];
  readonly shardCount: number;
  readonly sizeBytes: number;
  readonly nodes: readonly NodeShare[];
}

/** Where a cluster's data lies. */
export interface ShardSummary {
  /** Largest first. */
  readonly tables: readonly TableShards[];
  readonly groups: readonly ColocationGroup[];
  readonly nodes: readonly NodeShare[];
  /** Of bytes of distributed shards over the nodes that hold some; absent for one node. */
  readonly nodeSkew?: Skew;
  /** Placements whose node could not be reached: they count as empty above. */
  readonly unmeasured: number;
}

// A shard this many times the mean of its table stands out from what hashing alone does to many keys.
const hotFactor = 3;
// Below, sizes are a matter of single pages.
const hotFloorBytes = 256 * 1024;

/** Adds placements up by table, co-location group and node. */
export function summarizeShards(placements: readonly ShardPlacement[]): ShardSummary {
  const split = placements.filter(({ type }) => type !== 'reference' && type !== 'local');
  const nodes = byNode(placements);
  const nodeSkew = skewOf(byNode(split).map(({ sizeBytes }) => sizeBytes));
  return {
    tables: groupBy(placements, ({ table }) => table)
      .map(summarizeTable)
      .sort((left, right) => right.sizeBytes - left.sizeBytes || left.table.localeCompare(right.table)),
    groups: groupBy(split, ({ colocationId }) => String(colocationId)).map(summarizeGroup),
    nodes,
    ...(nodeSkew === undefined ? {} : { nodeSkew }),
    unmeasured: placements.filter(({ sizeBytes }) => sizeBytes === null).length,
  };
}

function summarizeTable(placements: Group<ShardPlacement>): TableShards {
  const [{ table, type, distributionColumn, colocationId }] = placements;
  const shards = groupBy(placements, ({ id }) => id).map(([first]) => first);
  const sizes = shards.map(({ sizeBytes }) => sizeBytes ?? 0);
  const mean = sum(sizes) / shards.length;
  const skew = skewOf(sizes);
  return {
    table,
    type,
    distributionColumn,
    colocationId,
    shardCount: shards.length,
    sizeBytes: sum(placements.map(({ sizeBytes }) => sizeBytes ?? 0)),
    rows: sum(shards.map(({ rows }) => rows ?? 0)),
    ...(skew === undefined ? {} : { skew }),
    emptyShards: shards.filter(({ rows }) => rows === 0).length,
    hotShards: shards
      .filter(({ sizeBytes }) => (sizeBytes ?? 0) > Math.max(hotFactor * mean, hotFloorBytes))
      .sort((left, right) => (right.sizeBytes ?? 0) - (left.sizeBytes ?? 0)),
    nodes: byNode(placements),
  };
}

function summarizeGroup(placements: Group<ShardPlacement>): ColocationGroup {
  const [{ colocationId, table }] = placements;
  const ofOneTable = placements.filter((placement) => placement.table === table);
  return {
    id: colocationId,
    tables: [...new Set(placements.map((placement) => placement.table))],
    shardCount: new Set(ofOneTable.map(({ id }) => id)).size,
    sizeBytes: sum(placements.map(({ sizeBytes }) => sizeBytes ?? 0)),
    nodes: byNode(placements),
  };
}

function byNode(placements: readonly ShardPlacement[]): readonly NodeShare[] {
  return groupBy(placements, ({ node }) => `${node.name}:${node.port}`)
    .map(([first, ...rest]) => {
      const all = [first, ...rest];
      return {
        node: first.node,
        shards: all.length,
        sizeBytes: sum(all.map(({ sizeBytes }) => sizeBytes ?? 0)),
        rows: sum(all.map(({ rows }) => rows ?? 0)),
      };
    })
    .sort((left, right) =>
      formatNode(left.node).localeCompare(formatNode(right.node), 'en', { numeric: true }),
    );
}

function skewOf(sizes: readonly number[]): Skew | undefined {
  const total = sum(sizes);
  if (sizes.length < 2 || total === 0) return undefined;
  const largest = Math.max(...sizes);
  return { largestOverMean: (largest * sizes.length) / total, largestShare: largest / total };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What has at least one member, as groups do. */
type Group<Item> = readonly [Item, ...Item[]];

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Group<Item>[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
