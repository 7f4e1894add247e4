import { inject } from 'vitest';
import type { ClusterOptions, RunningCluster, RunningNode } from '../cluster.ts';
import { startCluster } from '../start-cluster.ts';

/** Why a test that breaks nodes does not run. */
export const notOurs = "nodes of CITUS_URL's cluster are not ours to change";

/** A cluster of our own, whose background work starts at once; `undefined` where nodes are somebody else's. */
export async function startPrivate(options: ClusterOptions): Promise<RunningCluster | undefined> {
  const provider = inject('citusProvider');
  if (provider.kind === 'existing') return undefined;
  const cluster = await startCluster({
    provider,
    ...options,
    settings: {
      ...options.settings,
      coordinator: {
        'citus.background_task_queue_interval': '200ms',
        'citus.metadata_sync_interval': '500ms',
        ...options.settings?.coordinator,
      },
    },
  });
  if (cluster.provider === 'existing') throw new Error('asked for a cluster of our own');
  return cluster;
}

/** A worker by its number, from 1. */
export function worker({ nodes }: RunningCluster, number: number): RunningNode {
  const node = nodes[number];
  if (!node) throw new Error(`the cluster has no worker ${number}`);
  return node;
}
