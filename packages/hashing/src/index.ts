export { type BinaryHash, binaryHash } from './binary-hash.ts';
export { hashBytes } from './hash-bytes.ts';
export { hashValue, supportsHash, type ValueHash, valueHash } from './hash-value.ts';
export { type ShardRange, shardIndex, shardRanges } from './shards.ts';
