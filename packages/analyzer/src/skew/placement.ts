import type { ColumnStatistics } from '@shardwright/catalog';
import { shardIndex, valueHash } from '@shardwright/hashing';
import type { Skew } from '../model/analysis.ts';

/** What is known of a table whose rows are placed. */
export interface PlacementInput {
  readonly bytes: number;
  readonly column: ColumnStatistics;
  /** The column's type as `hashValue` knows it, e.g. `int8`. */
  readonly type: string;
  readonly shards: number;
  readonly nodes: number;
}

/**
 * Where a table's rows land, by PostgreSQL's own hash functions: exact when every value was seen; else heavy
 * hitters are placed exactly and the rest is spread as its sample falls. Undefined when the type's hash is unknown
 * or nothing was measured.
 */
export function placeRows(input: PlacementInput): Skew | undefined {
  const { column, shards, nodes } = input;
  const hash = valueHash(input.type);
  if (hash === undefined || (column.values === undefined && column.heavyHitters.length === 0))
    return undefined;
  const shardBytes = new Array<number>(shards).fill(0);
  const put = (value: string, bytes: number): boolean => {
    const code = hash(value);
    if (code === undefined) return false;
    const shard = shardIndex(code, shards);
    shardBytes[shard] = (shardBytes[shard] ?? 0) + bytes;
    return true;
  };
  const isExact = column.values?.complete === true && column.provenance === 'exact';
  if (column.values?.complete === true) {
    for (const entry of column.values.entries) if (!put(entry.value, entry.bytes)) return undefined;
  } else {
    if (!placeSampled(input, put, shardBytes)) return undefined;
  }
  const nodeBytes = new Array<number>(nodes).fill(0);
  // Citus places the shards of a new table round-robin over the nodes.
  for (const [shard, bytes] of shardBytes.entries())
    nodeBytes[shard % nodes] = (nodeBytes[shard % nodes] ?? 0) + bytes;
  const total = shardBytes.reduce((sum, bytes) => sum + bytes, 0);
  const mean = total / shards;
  const [hottest] = column.heavyHitters;
  return {
    provenance: isExact ? 'exact' : 'sampled',
    shardBytes: shardBytes.map(Math.round),
    nodeBytes: nodeBytes.map(Math.round),
    maxOverMean: mean === 0 ? 1 : Math.max(...shardBytes) / mean,
    hottest: hottest === undefined ? { value: '', share: 0 } : { value: hottest.value, share: hottest.share },
    distinct: column.distinct,
  };
}

function placeSampled(
  input: PlacementInput,
  put: (value: string, bytes: number) => boolean,
  shardBytes: number[],
): boolean {
  const { column, bytes, shards } = input;
  let placedShare = 0;
  const heavy = new Set<string>();
  for (const { value, share } of column.heavyHitters) {
    if (!put(value, bytes * share)) return false;
    placedShare += share;
    heavy.add(value);
  }
  const rest = bytes * Math.max(0, 1 - column.nullShare - placedShare);
  const sample = (column.values?.entries ?? []).filter((entry) => !heavy.has(entry.value));
  const sampleBytes = sample.reduce((sum, entry) => sum + entry.bytes, 0);
  const unseen = Math.max(0, column.distinct - heavy.size - sample.length);
  // The sample stands for itself; the values nobody listed spread evenly, as hashes of many values do.
  const sampled = unseen === 0 ? rest : rest * (sample.length / Math.max(1, sample.length + unseen));
  for (const entry of sample) put(entry.value, (entry.bytes / Math.max(1, sampleBytes)) * sampled);
  const spread = sample.length === 0 ? rest : rest - sampled;
  for (let shard = 0; shard < shards; shard++) shardBytes[shard] = (shardBytes[shard] ?? 0) + spread / shards;
  return true;
}
