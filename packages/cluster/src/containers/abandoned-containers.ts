import { listClusterNames, readRecord } from '../named/cluster-record.ts';
import { type ContainerEngine, findContainerEngine } from './container-engine.ts';
import { containerClusterId, recordKeeper } from './container-host.ts';
import { hasEnded } from './container-owner.ts';
import { engineFailure } from './engine-failure.ts';
import { type ClusterLabels, type ContainerKind, fromLabels, label } from './labels.ts';
import { removeContainers } from './removal.ts';

/** What the engine still keeps of a cluster that nobody can reach any more. */
export interface AbandonedContainers {
  readonly kind: ContainerKind;
  /** The cluster's id, part of the names of its containers, volumes and network. */
  readonly cluster: string;
  remove(): Promise<void>;
}

/**
 * Throw-away containers, networks and volumes whose process has ended on this machine, with its guard: after a power
 * cut, for one; and those of named clusters of this state directory whose record is gone. Nothing where no engine
 * answers.
 */
export async function findAbandonedContainers(): Promise<readonly AbandonedContainers[]> {
  const found = await findContainerEngine();
  if (!found.reachable) return [];
  const { engine } = found;
  const [clusters, recorded] = await Promise.all([listLabelled(engine), recordedClusters()]);
  const abandoned = await Promise.all(
    clusters.map(async ({ kind, cluster, owner }) =>
      kind === 'named' ? owner === recordKeeper() && !recorded.has(cluster) : await hasEnded(owner),
    ),
  );
  return clusters
    .filter((_, index) => abandoned[index])
    .map(({ kind, cluster }) => ({
      kind,
      cluster,
      remove: async () => {
        await removeContainers(engine, cluster);
      },
    }));
}

/** Each cluster once, of which there is a container, a volume or a network. */
async function listLabelled({ api }: ContainerEngine): Promise<readonly ClusterLabels[]> {
  const filters = { label: [label.cluster] };
  try {
    const [containers, { Volumes: volumes }, networks] = await Promise.all([
      api.listContainers({ all: true, filters }),
      api.listVolumes({ filters }),
      api.listNetworks({ filters }),
    ]);
    const found = [...containers, ...(volumes ?? []), ...networks].map(({ Labels }) => fromLabels(Labels));
    const ours = found.filter((labels) => labels !== undefined);
    return [...new Map(ours.map((labels) => [labels.cluster, labels])).values()];
  } catch (error) {
    throw engineFailure('list containers', error);
  }
}

async function recordedClusters(): Promise<ReadonlySet<string>> {
  const records = await Promise.all((await listClusterNames()).map(readRecord));
  return new Set(records.filter((record) => record !== undefined).map(containerClusterId));
}
