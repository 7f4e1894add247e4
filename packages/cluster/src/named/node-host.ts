import type { RunningNode } from '../cluster.ts';
import { containerHost } from '../containers/container-host.ts';
import { localHost } from '../local/local-host.ts';
import type { ClusterRecord, NodeRecord } from './cluster-record.ts';

/** What the nodes of named clusters run on; one for each provider that starts some. */
export interface NodeHost {
  /** Makes a node's data and whatever it runs in; it does not start it. */
  create(cluster: ClusterRecord, node: NodeRecord): Promise<void>;
  /** Controls a node that was made, running or not. Its `url` is a superuser's, whatever the cluster's user is. */
  open(cluster: ClusterRecord, node: NodeRecord): Promise<RunningNode>;
  /** Removes one node with its data, running or not. */
  removeNode(cluster: ClusterRecord, node: NodeRecord): Promise<void>;
  /** Removes whatever of a cluster there is, running or not, with its data; finding nothing is no failure. */
  remove(cluster: ClusterRecord): Promise<void>;
}

/** The host of a cluster's nodes. */
export function nodeHost({ provider }: Pick<ClusterRecord, 'provider'>): NodeHost {
  switch (provider) {
    case 'local':
      return localHost;
    case 'containers':
      return containerHost;
    default:
      return provider satisfies never;
  }
}
