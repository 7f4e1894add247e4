import type { Coordinator } from '../coordinator.ts';
import type { ClusterNode } from '../list-nodes.ts';
import type { NodeLink } from './node-links.ts';
import type { PendingSettings } from './pending-settings.ts';

/** Something that is wrong with a cluster, or will be. */
export interface Finding {
  /** An error keeps something from working now; a warning will, or costs. */
  readonly severity: 'error' | 'warning';
  readonly what: string;
  /** What was seen that shows it. */
  readonly evidence: string;
  /** What to do, with the statements to run and where. */
  readonly fix: string;
}

/** One thing that can be wrong; its file is named like its id. */
export interface Check {
  readonly id: string;
  readonly run: (cluster: ExaminedCluster) => readonly Finding[] | Promise<readonly Finding[]>;
}

/** What checks look at. */
export interface ExaminedCluster {
  readonly coordinator: Coordinator;
  readonly nodes: readonly ClusterNode[];
  readonly links: readonly NodeLink[];
  /** Of settings, `nodes` tells what the servers run with. */
  readonly pending: PendingSettings;
}
