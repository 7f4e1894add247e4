import type { ContainerEngine } from './container-engine.ts';
import { engineFailure } from './engine-failure.ts';
import { type ClusterLabels, label, toLabels } from './labels.ts';

/** Makes the network of a cluster. Throws `EnvironmentError` when the engine refuses. */
export async function createNetwork(
  { api }: ContainerEngine,
  network: { readonly name: string; readonly labels: ClusterLabels },
): Promise<void> {
  try {
    // Engines else allow several networks of one name.
    await api.createNetwork({ Name: network.name, Labels: toLabels(network.labels), CheckDuplicate: true });
  } catch (error) {
    throw engineFailure(`make the network ${network.name}`, error);
  }
}

/** The id of a cluster's network; `undefined` when it has none. */
export async function findNetwork({ api }: ContainerEngine, cluster: string): Promise<string | undefined> {
  try {
    const networks = await api.listNetworks({ filters: { label: [`${label.cluster}=${cluster}`] } });
    return networks[0]?.Id;
  } catch (error) {
    throw engineFailure('list networks', error);
  }
}
