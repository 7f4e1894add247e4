export { type Coordinator, openCoordinator } from './coordinator.ts';
export { findNode, type LabelledNode } from './find-node.ts';
export type { Check, ExaminedCluster, Finding } from './health/check.ts';
export { checkHealth, type HealthReport, healthChecks } from './health/check-health.ts';
export type { NodeLink } from './health/node-links.ts';
export { type ClusterNode, listNodes, type NodeFacts } from './list-nodes.ts';
export { formatNode, type NodeAddress } from './node-address.ts';
export { readShards, type ShardPlacement } from './shards/read-shards.ts';
export {
  type ColocationGroup,
  type NodeShare,
  type ShardSummary,
  type Skew,
  summarizeShards,
  type TableShards,
} from './shards/summarize-shards.ts';
