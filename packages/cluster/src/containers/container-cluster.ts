import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { EnvironmentError } from '@shardwright/core';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import type { ClusterOptions, NodeRole, RunningCluster, RunningNode } from '../cluster.ts';
import { addWorkerTo, createCitusDatabase } from '../database/citus-database.ts';
import { databaseUrl } from '../database/database-url.ts';
import { furnish } from '../database/furnish.ts';
import { initdbOptions } from '../local/data-directory.ts';
import { throwAwayRoleSettings } from '../settings/role-settings.ts';
import { type ServerSettings, throwAwaySettings } from '../settings/server-settings.ts';
import { prepareCitusImage } from './citus-image.ts';
import { containerNode } from './container-node.ts';

const port = 5432;
const startTimeoutMs = 120_000;
// An engine's 64 MB of /dev/shm are less than a parallel query may ask for.
const sharedMemoryBytes = 256 * 1024 * 1024;

/**
 * Starts a throw-away cluster, each node in a container of its own on a network of their own, known to the others
 * by its alias there. Throws {@link EnvironmentError} when a node does not start, with the end of its log.
 */
export async function startContainerCluster(
  options: ClusterOptions & {
    /** Default: {@link prepareCitusImage}'s. It has to keep to the conventions of the `postgres` image. */
    readonly image?: string;
  },
): Promise<RunningCluster> {
  const image = options.image ?? (await prepareCitusImage());
  const network = await startNetwork();
  const password = randomBytes(16).toString('hex');
  const containers: StartedTestContainer[] = [];
  const stop = async () => {
    try {
      await Promise.all(containers.map((container) => container.stop({ remove: true, removeVolumes: true })));
    } finally {
      await network.stop();
    }
  };
  const createNode = async (index: number): Promise<RunningNode> => {
    const role: NodeRole = index === 0 ? 'coordinator' : 'worker';
    const label = index === 0 ? role : `worker-${index}`;
    const settings = { ...throwAwayRoleSettings(role), ...options.settings?.[role] };
    const container = await startNode({ image, network, alias: label, password, settings });
    containers.push(container);
    return containerNode({ role, label, port, password, container });
  };
  try {
    const started = await Promise.allSettled(
      Array.from({ length: options.workers + 1 }, (_, index) => createNode(index)),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const [coordinator] = nodes;
    if (!coordinator) throw new RangeError(`a cluster cannot have ${options.workers} workers`);
    await createCitusDatabase(nodes, 'postgres');
    await furnish(coordinator.url, options);
    return {
      provider: 'containers',
      nodes,
      url: (database = 'postgres') => databaseUrl(coordinator.url, database),
      addWorker: async () => {
        const worker = await createNode(nodes.length);
        nodes.push(worker);
        await addWorkerTo(nodes, 'postgres', worker);
        return worker;
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNetwork(): Promise<StartedNetwork> {
  const { Network } = await import('testcontainers');
  try {
    return await new Network().start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(`cannot make a network for containers: ${reason}`, {
      hint: "Is a container engine running? Where testcontainers' reaper cannot be pulled, set TESTCONTAINERS_RYUK_DISABLED=true.",
      cause: error,
    });
  }
}

interface NodeOptions {
  readonly image: string;
  readonly network: StartedNetwork;
  readonly alias: string;
  readonly password: string;
  readonly settings: ServerSettings;
}

async function startNode(node: NodeOptions): Promise<StartedTestContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const settings = Object.entries({ ...throwAwaySettings, ...node.settings, listen_addresses: '*' });
  const log: string[] = [];
  const container = new GenericContainer(node.image)
    .withNetwork(node.network)
    .withNetworkAliases(node.alias)
    .withEnvironment({
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'postgres',
      POSTGRES_PASSWORD: node.password,
      POSTGRES_INITDB_ARGS: initdbOptions.join(' '),
      // Nodes log in to one another with it; images that know only POSTGRES_PASSWORD forget it after a restart.
      PGPASSWORD: node.password,
    })
    .withCommand(['postgres', ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    .withExposedPorts(port)
    .withSharedMemorySize(sharedMemoryBytes)
    .withLogConsumer((stream) => keepTail(stream, log))
    // Over TCP: while its data directory is being made, the image's server listens on the socket only.
    .withWaitStrategy(Wait.forSuccessfulCommand(`psql -h 127.0.0.1 -U postgres -d postgres -c 'SELECT 1'`))
    .withStartupTimeout(startTimeoutMs);
  try {
    return await container.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(
      `the node ${node.alias} did not start from the image ${node.image}: ${reason}`,
      {
        hint: log.length > 0 ? `Its log ends: ${log.join('').trim()}` : 'Check CITUS_IMAGE and the registry.',
        cause: error,
      },
    );
  }
}

function keepTail(stream: Readable, log: string[]): void {
  stream.on('data', (line: Buffer | string) => {
    log.push(line.toString());
    if (log.length > 20) log.shift();
  });
}
