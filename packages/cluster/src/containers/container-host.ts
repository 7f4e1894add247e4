import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { EnvironmentError } from '@shardwright/core';
import type { ClusterRecord, NodeRecord } from '../named/cluster-record.ts';
import type { NodeHost } from '../named/node-host.ts';
import { stateDirectory } from '../named/state-directory.ts';
import { createNetwork, findNetwork } from './cluster-network.ts';
import { type ContainerEngine, connectContainerEngine } from './container-engine.ts';
import { containerNode } from './container-node.ts';
import { engineFailure, unlessMissing } from './engine-failure.ts';
import { type ClusterLabels, toLabels } from './labels.ts';
import { createNodeContainer } from './node-container.ts';
import { removeContainers } from './removal.ts';

/**
 * Runs the nodes of named clusters in containers that outlive this process. A node is its volume; its container
 * and the network are made again when they are gone, since engines' prune commands take those of stopped clusters.
 */
export const containerHost: NodeHost = {
  create: async (cluster, node) => {
    const engine = await connectContainerEngine();
    if (engine.host !== '127.0.0.1') {
      throw new EnvironmentError(
        `cannot start ${cluster.name}: the container engine is on ${engine.host}, and its ports would open there`,
        {
          hint: 'Run this where the engine runs: from another machine, or from inside a container that shares its machine’s engine, the cluster could not be reached.',
        },
      );
    }
    const labels = labelsOf(cluster);
    // What a process that was killed while it added this node has left.
    await removeContainers(engine, labels.cluster, node.label);
    try {
      await engine.api.createVolume({ Name: nodeName(cluster, node), Labels: toLabels(labels, node.label) });
    } catch (error) {
      throw engineFailure(`make the volume of ${node.label}`, error);
    }
    await createContainer(engine, cluster, node);
  },

  open: async (cluster, node) => {
    const url = new URL('postgres://postgres@127.0.0.1/postgres');
    url.password = encodeURIComponent(cluster.password);
    url.port = String(node.port);
    return containerNode({
      role: node.role,
      label: node.label,
      container: nodeName(cluster, node),
      url: url.href,
      restore: (engine) => restoreContainer(engine, cluster, node),
    });
  },

  removeNode: async (cluster, node) => {
    await removeContainers(await connectContainerEngine(), containerClusterId(cluster), node.label);
  },

  remove: async (cluster) => {
    await removeContainers(await connectContainerEngine(), containerClusterId(cluster));
  },
};

/** What a named cluster's containers are labelled with: several users of an engine may use one name. */
export function containerClusterId({ name, createdAt }: ClusterRecord): string {
  return `${name}-${createHash('sha256').update(`${name} ${createdAt}`).digest('hex').slice(0, 6)}`;
}

/** Who keeps the records of named clusters: this machine's state directory. */
export function recordKeeper(): string {
  return `${hostname()}:${stateDirectory()}`;
}

function labelsOf(cluster: ClusterRecord): ClusterLabels {
  return { kind: 'named', cluster: containerClusterId(cluster), owner: recordKeeper() };
}

function nodeName(cluster: ClusterRecord, { label }: NodeRecord): string {
  return `${networkName(cluster)}-${label}`;
}

function networkName(cluster: ClusterRecord): string {
  return `shardwright-${containerClusterId(cluster)}`;
}

async function createContainer(
  engine: ContainerEngine,
  cluster: ClusterRecord,
  node: NodeRecord,
): Promise<void> {
  const name = nodeName(cluster, node);
  await createNodeContainer(engine, {
    name,
    image: imageOf(cluster),
    network: await sharedNetwork(engine, cluster),
    label: node.label,
    labels: labelsOf(cluster),
    password: cluster.password,
    settings: { ...cluster.settings[node.role], cluster_name: `${cluster.name}/${node.label}` },
    publish: { address: engine.host, port: node.port },
    volume: name,
  });
}

async function restoreContainer(
  engine: ContainerEngine,
  cluster: ClusterRecord,
  node: NodeRecord,
): Promise<void> {
  const name = nodeName(cluster, node);
  const container = engine.api.getContainer(name);
  try {
    const network = await sharedNetwork(engine, cluster);
    const found = await unlessMissing(container.inspect());
    const networks = Object.values(found?.NetworkSettings.Networks ?? {});
    if (networks.some(({ NetworkID }) => NetworkID === network) || found?.State.Running) return;
    if (!(await unlessMissing(engine.api.getVolume(name).inspect()))) {
      throw new EnvironmentError(`the data of ${node.label} is gone: the engine has no volume ${name}`, {
        hint: `Remove what is left of it with cluster down --name ${cluster.name} --volumes, and start it anew.`,
      });
    }
    if (found) await unlessMissing(container.remove({ force: true }));
  } catch (error) {
    throw error instanceof EnvironmentError ? error : engineFailure(`look for the container ${name}`, error);
  }
  await createContainer(engine, cluster, node);
}

const networksInMaking = new Map<string, Promise<string>>();

/** The id of the cluster's network, made if need be; of nodes that are made at once, one makes it. */
async function sharedNetwork(engine: ContainerEngine, cluster: ClusterRecord): Promise<string> {
  const name = networkName(cluster);
  const find = () => findNetwork(engine, containerClusterId(cluster));
  const make = async (): Promise<string> => {
    const found = await find();
    if (found !== undefined) return found;
    await createNetwork(engine, { name, labels: labelsOf(cluster) });
    return (await find()) ?? name;
  };
  const making = networksInMaking.get(name) ?? make().finally(() => networksInMaking.delete(name));
  networksInMaking.set(name, making);
  return making;
}

function imageOf({ name, image }: ClusterRecord): string {
  if (image !== undefined) return image;
  throw new EnvironmentError(`the record of the cluster ${name} names no image`, {
    hint: `Remove it with cluster down --name ${name} --volumes, and start it anew.`,
  });
}
