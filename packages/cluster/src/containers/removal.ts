import type { ContainerEngine } from './container-engine.ts';
import { engineFailure, unlessMissing } from './engine-failure.ts';
import { label } from './labels.ts';

/**
 * Removes all containers, running or not, the volumes and the network of a cluster, or only those of one node.
 * Returns how many there were; finding nothing is no failure. Throws `EnvironmentError` when the engine refuses.
 */
export async function removeContainers(
  { api }: ContainerEngine,
  cluster: string,
  node?: string,
): Promise<number> {
  const wanted = [`${label.cluster}=${cluster}`, ...(node === undefined ? [] : [`${label.node}=${node}`])];
  const filters = { label: wanted };
  try {
    const containers = await api.listContainers({ all: true, filters });
    // With `v`, volumes without a name go with their container.
    await Promise.all(
      containers.map(({ Id }) => unlessMissing(api.getContainer(Id).remove({ force: true, v: true }))),
    );
    const { Volumes: volumes } = await api.listVolumes({ filters });
    await Promise.all((volumes ?? []).map(({ Name }) => unlessMissing(api.getVolume(Name).remove())));
    const networks = await api.listNetworks({ filters });
    await Promise.all(networks.map(({ Id }) => unlessMissing(api.getNetwork(Id).remove())));
    return containers.length + (volumes ?? []).length + networks.length;
  } catch (error) {
    throw engineFailure(`remove the containers of ${cluster}`, error);
  }
}
