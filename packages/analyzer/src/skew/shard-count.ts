import { formatShare } from '@shardwright/core';
import type { ResolvedOptions } from '../model/analysis.ts';

/** What the recommended number of shards depends on. */
export interface ShardCountInput {
  readonly nodes: number;
  /** Bytes of the largest co-location group; absent when nothing was measured. */
  readonly bytes?: number;
  /** The largest key's share of the largest group; absent when nothing was measured. */
  readonly hottestShare?: number;
}

/** Citus' default, which serves up to a handful of nodes. */
const standard = 32;
/** Worker cores assumed per node when sizing parallelism: Citus' guide asks for 2–4 shards per core. */
const coresPerNode = 8;
/** Shards this big still move and vacuum in minutes. */
const comfortableShardBytes = 10 * 1024 ** 3;
const mostShards = 512;

/** How many shards a co-location group should have, and why. */
export function recommendShardCount(input: ShardCountInput): ResolvedOptions['shards'] {
  const { nodes } = input;
  const byCores = nodes * coresPerNode * 2;
  let wanted = Math.max(standard, nodes > 2 ? byCores : standard);
  const reasons: string[] = [];
  reasons.push(
    wanted === standard
      ? `Citus' default of ${standard} gives each of ${nodes} nodes ${Math.floor(standard / nodes)} shards to work on in parallel and to move when nodes are added`
      : `2 shards per core on ${nodes} nodes, taking ${coresPerNode} cores for each, so that every core has work and shards can move when nodes are added`,
  );
  const bytes = input.bytes;
  if (bytes !== undefined && bytes / wanted > comfortableShardBytes) {
    wanted = Math.min(mostShards, Math.ceil(bytes / comfortableShardBytes));
    reasons.push(
      `more than that, because ${gigabytes(bytes)} in fewer shards would make them larger than 10 GB each`,
    );
  }
  const count = Math.max(nodes, Math.ceil(wanted / nodes) * nodes);
  if (count !== wanted)
    reasons.push(`rounded up to a multiple of ${nodes} so that every node holds as many shards`);
  if (input.hottestShare !== undefined && input.hottestShare > 1 / count)
    reasons.push(
      `more shards would not split the largest key, which holds ${formatShare(input.hottestShare)} of the rows; isolate it with isolate_tenant_to_new_shard`,
    );
  return { count, recommended: true, reason: `${reasons.join('; ')}.` };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(0)} GB`;
}
