import { formatNode } from '../operate/node-address.ts';
import type { NodeSample, Sample, TableSize } from './sample.ts';
import type { ShardReport, TableReport } from './snapshot.ts';

/** Adds up the shards that the nodes measured, by table and by node. */
export function reportShards({ nodes, shards }: Sample): ShardReport {
  const measured = nodes.flatMap((node) => (node.sizes ? [{ node, sizes: node.sizes }] : []));
  const isWhole = nodes.every(({ reach, sizes }) => reach === 'unasked' || sizes !== undefined);
  const nodeSkew = isWhole ? skewOfNodes(measured) : undefined;
  return {
    ...(shards === undefined
      ? {}
      : {
          placements: shards.placements,
          inactive: shards.inactive,
          leftovers: shards.leftovers.filter(({ isInUse }) => !isInUse),
        }),
    tables: addTables(
      measured.flatMap(({ sizes }) => sizes),
      isWhole,
    ),
    ...(nodeSkew === undefined ? {} : { nodeSkew }),
    nodeBytes: Object.fromEntries(measured.map(({ node, sizes }) => [formatNode(node), bytesOf(sizes)])),
  };
}

function addTables(sizes: readonly TableSize[], isWhole: boolean): readonly TableReport[] {
  const byTable = new Map<string, TableSize>();
  for (const size of sizes) {
    const sum = byTable.get(size.table);
    const larger = sum && sum.largestBytes >= size.largestBytes ? sum : size;
    byTable.set(size.table, {
      ...size,
      shards: size.shards + (sum?.shards ?? 0),
      unmeasured: size.unmeasured + (sum?.unmeasured ?? 0),
      bytes: size.bytes + (sum?.bytes ?? 0),
      largestBytes: larger.largestBytes,
      largestShard: larger.largestShard,
    });
  }
  return [...byTable.values()]
    .map((table) => {
      const skew = isWhole ? skewOfShards(table) : undefined;
      return { ...table, ...(skew === undefined ? {} : { skew }) };
    })
    .sort((a, b) => b.bytes - a.bytes || a.table.localeCompare(b.table));
}

function skewOfShards({ kind, shards, unmeasured, bytes, largestBytes }: TableSize): number | undefined {
  if (kind !== 'distributed' || shards < 2 || unmeasured > 0 || bytes === 0) return undefined;
  return largestBytes / (bytes / shards);
}

function skewOfNodes(
  measured: readonly { readonly node: NodeSample; readonly sizes: readonly TableSize[] }[],
): number | undefined {
  const bytes = measured
    .filter(({ node }) => node.shouldHaveShards)
    .map(({ sizes }) =>
      bytesOf(sizes.filter(({ kind }) => kind === 'distributed' || kind === 'single-shard')),
    );
  const total = bytes.reduce((sum, one) => sum + one, 0);
  return bytes.length < 2 || total === 0 ? undefined : Math.max(...bytes) / (total / bytes.length);
}

function bytesOf(sizes: readonly TableSize[]): number {
  return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
}
