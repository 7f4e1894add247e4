import { type Context, quietContext } from '@shardwright/core';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { startContainerCluster } from './containers/container-cluster.ts';
import { borrowCluster } from './existing/borrowed-cluster.ts';
import { startLocalCluster } from './local/local-cluster.ts';
import { findProvider, type Provider } from './provider.ts';

/**
 * Starts a throw-away cluster, registered and checked: every node reaches every other. Gone, with its data, when
 * disposed or when this process ends in whatever way. Of an existing cluster only a database of our own is used.
 */
export async function startCluster(
  options: ClusterOptions & { readonly provider?: Provider },
  context: Pick<Context, 'emit'> = quietContext(),
): Promise<Cluster> {
  const { provider = await findProvider(), ...rest } = options;
  switch (provider.kind) {
    case 'local':
      return startLocalCluster({ ...rest, installation: provider.installation });
    case 'containers':
      return startContainerCluster(
        { ...rest, ...(provider.image === undefined ? {} : { image: provider.image }) },
        context,
      );
    case 'existing':
      return borrowCluster({ ...rest, url: provider.url });
    default:
      return provider satisfies never;
  }
}
