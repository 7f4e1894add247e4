import { randomBytes, randomInt } from 'node:crypto';
import { type Context, quietContext } from '@shardwright/core';
import type { ClusterOptions, NodeRole, RunningCluster, RunningNode } from '../cluster.ts';
import { depositWill } from '../last-will/last-will.ts';
import { registerCluster } from '../register-cluster.ts';
import { throwAwayRoleSettings } from '../settings/role-settings.ts';
import { throwAwaySettings } from '../settings/server-settings.ts';
import { prepareCitusImage } from './citus-image.ts';
import { createNetwork } from './cluster-network.ts';
import { connectContainerEngine } from './container-engine.ts';
import { containerNode } from './container-node.ts';
import { thisProcess } from './container-owner.ts';
import { isPortTaken } from './engine-failure.ts';
import type { ClusterLabels } from './labels.ts';
import { createNodeContainer } from './node-container.ts';
import { removeContainers } from './removal.ts';

// Below those that systems give to whoever asks for any port (32768 on Linux, 49152 elsewhere), so that none of
// ours is given away while its node is stopped.
const firstPort = 20_000;
const lastPort = 29_999;
const portTries = 20;

/**
 * Starts a throw-away cluster, each node in a container of its own on a network of their own, known to the others
 * by its label there. Throws `EnvironmentError` when a node does not start, with the end of its log.
 */
export async function startContainerCluster(
  options: ClusterOptions & {
    /** Default: {@link prepareCitusImage}'s. It has to keep to the conventions of the `postgres` image. */
    readonly image?: string;
  },
  context: Pick<Context, 'emit'> = quietContext(),
): Promise<RunningCluster> {
  const engine = await connectContainerEngine();
  const image = options.image ?? (await prepareCitusImage(process.env, context));
  const cluster = randomBytes(6).toString('hex');
  const network = `shardwright-${cluster}`;
  const password = randomBytes(16).toString('hex');
  const labels: ClusterLabels = { kind: 'throw-away', cluster, owner: await thisProcess() };
  const will = await depositWill({ kind: 'remove containers', cluster });
  const remove = async () => {
    // Should this fail, the will is executed when this process ends.
    await removeContainers(engine, cluster);
    await will.revoke();
  };

  const startNode = async (index: number): Promise<RunningNode> => {
    const role: NodeRole = index === 0 ? 'coordinator' : 'worker';
    const label = index === 0 ? role : `worker-${index}`;
    const settings = { ...throwAwaySettings, ...throwAwayRoleSettings(role), ...options.settings?.[role] };
    const container = `${network}-${label}`;
    // Only the engine knows which of its ports are free: it may be on another machine. But a port of its choice
    // would be another one after each stop.
    for (let tries = 1; ; tries++) {
      const address = engine.host === '127.0.0.1' ? engine.host : '0.0.0.0';
      const publish = { address, port: randomInt(firstPort, lastPort + 1) };
      const url = `postgres://postgres:${password}@${engine.host}:${publish.port}/postgres`;
      const node = containerNode({ role, label, container, url });
      await createNodeContainer(engine, {
        name: container,
        image,
        network,
        label,
        labels,
        password,
        settings,
        publish,
      });
      try {
        await node.start();
        return node;
      } catch (error) {
        await removeContainers(engine, cluster, label);
        if (tries === portTries || !(error instanceof Error && isPortTaken(error.cause))) throw error;
      }
    }
  };

  try {
    await createNetwork(engine, { name: network, labels });
  } catch (error) {
    await remove();
    throw error;
  }
  return registerCluster(options, {
    provider: 'containers',
    start: startNode,
    discard: async ({ label }) => {
      await removeContainers(engine, cluster, label);
    },
    remove,
  });
}
