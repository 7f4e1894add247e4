import type { Coordinator } from '../coordinator.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { backgroundJobs } from './background-jobs.ts';
import type { Check, Finding } from './check.ts';
import { citusNotFirst } from './citus-not-first.ts';
import { coordinatorAddress } from './coordinator-address.ts';
import { maintenanceDaemon } from './maintenance-daemon.ts';
import { maxConnections } from './max-connections.ts';
import { metadataNotSynced } from './metadata-not-synced.ts';
import { nodeCannotBeReached } from './node-cannot-be-reached.ts';
import { nodeInRecovery } from './node-in-recovery.ts';
import { nodeInactive } from './node-inactive.ts';
import { checkLinks, type NodeLink } from './node-links.ts';
import { orphanedResources } from './orphaned-resources.ts';
import { readPendingSettings } from './pending-settings.ts';
import { placementLost } from './placement-lost.ts';
import { preparedTransactions } from './prepared-transactions.ts';
import { replicationCapacity } from './replication-capacity.ts';
import { restartPending } from './restart-pending.ts';
import { versionDrift } from './version-drift.ts';
import { walLevel } from './wal-level.ts';
import { withoutShards } from './without-shards.ts';

/** All checks of a cluster's health: first what fails now, then what will. */
export const healthChecks: readonly Check[] = [
  nodeCannotBeReached,
  nodeInactive,
  nodeInRecovery,
  placementLost,
  metadataNotSynced,
  coordinatorAddress,
  versionDrift,
  citusNotFirst,
  walLevel,
  backgroundJobs,
  preparedTransactions,
  replicationCapacity,
  maintenanceDaemon,
  maxConnections,
  restartPending,
  withoutShards,
  orphanedResources,
];

/** What {@link checkHealth} found. */
export interface HealthReport {
  /** Whether no finding is an error. */
  readonly isHealthy: boolean;
  readonly nodes: readonly ClusterNode[];
  /** Every pair of nodes. */
  readonly links: readonly NodeLink[];
  /** Errors first. */
  readonly findings: readonly (Finding & { readonly check: string })[];
}

/** Tries every connection between nodes and runs all checks; a node that is down is a finding, not a failure. */
export async function checkHealth(coordinator: Coordinator): Promise<HealthReport> {
  const nodes = await listNodes(coordinator);
  const links = await checkLinks(coordinator);
  const pending = await readPendingSettings(coordinator);
  const findings: (Finding & { readonly check: string })[] = [];
  for (const { id, run } of healthChecks) {
    const found = await run({ coordinator, nodes, links, pending });
    findings.push(...found.map((finding) => ({ check: id, ...finding })));
  }
  const isError = (finding: Finding) => finding.severity === 'error';
  return {
    isHealthy: !findings.some(isError),
    nodes,
    links,
    findings: [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))],
  };
}
