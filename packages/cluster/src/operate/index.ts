export { type Coordinator, type LabelledNode, openCoordinator } from './coordinator.ts';
export { type Explanation, explainStatement } from './explain/explain-statement.ts';
export { planLines } from './explain/plan-lines.ts';
export {
  type DistributedPlan,
  type PlanNode,
  type PlanTask,
  readPlan,
  type Subplan,
} from './explain/read-plan.ts';
export { findNode } from './find-node.ts';
export type { Check, ExaminedCluster, Finding } from './health/check.ts';
export { checkHealth, type HealthReport, healthChecks } from './health/check-health.ts';
export type { NodeLink } from './health/node-links.ts';
export { type ClusterNode, listNodes, type NodeFacts } from './list-nodes.ts';
export { type AddedNode, addNode } from './membership/add-node.ts';
export { type DrainedNode, drainNode } from './membership/drain-node.ts';
export { type FailedOver, type FailoverOptions, failoverNode } from './membership/failover-node.ts';
export { removeNode, requireRemovable } from './membership/remove-node.ts';
export { formatNode, type NodeAddress } from './node-address.ts';
export {
  type BackgroundJob,
  type BackgroundTask,
  describeJob,
  describeTaskError,
  findRunningJob,
} from './rebalance/background-job.ts';
export { planRebalance, type RebalanceScope, type ShardMove } from './rebalance/plan-rebalance.ts';
export { rebalanceInForeground } from './rebalance/rebalance-in-foreground.ts';
export { type StartedRebalance, startRebalance } from './rebalance/start-rebalance.ts';
export { type TransferMode, transferModes } from './rebalance/transfer-mode.ts';
export { type JobOutcome, stopRebalance, watchJob, watchRunningJob } from './rebalance/watch-job.ts';
export { readShards, type ShardPlacement } from './shards/read-shards.ts';
export {
  type ColocationGroup,
  type NodeShare,
  type ShardSummary,
  type Skew,
  summarizeShards,
  type TableShards,
} from './shards/summarize-shards.ts';
export { newTraces, takeTraces } from './traces/take-traces.ts';
export { objectsIn, refuseObjects, requireEmptyTarget } from './traces/target-objects.ts';
