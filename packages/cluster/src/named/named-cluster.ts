import type { RunningNode } from '../cluster.ts';
import { type ClusterRecord, listClusterNames, type NodeRecord, readRecord } from './cluster-record.ts';
import { nodeHost } from './node-host.ts';

/** A cluster that was started under a name and stays until it is taken down. */
export interface NamedCluster {
  readonly record: ClusterRecord;
  /** Coordinator first, running or not. */
  readonly nodes: readonly RunningNode[];
}

/** How a named cluster stands. `unfinished`: its start was interrupted. */
export type NamedClusterState = 'running' | 'stopped' | 'partly running' | 'unfinished';

/** One line of the list of clusters. */
export type ClusterListing =
  | { readonly state: 'unfinished'; readonly name: string; readonly record?: ClusterRecord }
  | {
      readonly state: Exclude<NamedClusterState, 'unfinished'>;
      readonly name: string;
      readonly record: ClusterRecord;
    };

/** A named cluster; `undefined` when there is none of that name, or it was left unfinished. */
export async function findCluster(name: string): Promise<NamedCluster | undefined> {
  const record = await readRecord(name);
  return record?.complete ? openCluster(record) : undefined;
}

/** All named clusters of this user, in alphabetical order, and how they stand. */
export async function listClusters(): Promise<readonly ClusterListing[]> {
  const names = await listClusterNames();
  return Promise.all(
    names.map(async (name): Promise<ClusterListing> => {
      const record = await readRecord(name);
      if (!record?.complete)
        return { state: 'unfinished', name, ...(record === undefined ? {} : { record }) };
      return { state: await clusterState(await openCluster(record)), name, record };
    }),
  );
}

/** Whether all, some or none of its nodes run. */
export async function clusterState({
  nodes,
}: NamedCluster): Promise<Exclude<NamedClusterState, 'unfinished'>> {
  const running = (await Promise.all(nodes.map((node) => node.isRunning()))).filter(Boolean).length;
  if (running === nodes.length) return 'running';
  return running === 0 ? 'stopped' : 'partly running';
}

/** The URL that the cluster's user connects with: to the coordinator, unless another node is given. */
export function clusterUrl(record: ClusterRecord, node: NodeRecord | undefined = record.nodes[0]): string {
  const url = new URL('postgres://127.0.0.1');
  url.username = encodeURIComponent(record.user);
  url.password = encodeURIComponent(record.password);
  url.port = String(node?.port ?? '');
  url.pathname = `/${encodeURIComponent(record.database)}`;
  return url.href;
}

/** Controls for all nodes of a record. */
export async function openCluster(record: ClusterRecord): Promise<NamedCluster> {
  const host = nodeHost(record);
  return { record, nodes: await Promise.all(record.nodes.map((node) => host.open(record, node))) };
}
