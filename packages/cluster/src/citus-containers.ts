import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { EnvironmentError } from '@shardwright/core';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import type { CitusCluster } from './citus-cluster.ts';
import { createCitusDatabase } from './citus-database.ts';
import { prepareCitusImage } from './citus-image.ts';
import { citusSettings } from './citus-settings.ts';
import { initdbOptions } from './data-directory.ts';
import { databaseUrl } from './database-url.ts';
import { type ServerSettings, throwAwaySettings } from './postgres-server.ts';

/** What a throw-away cluster in containers is started with. */
export interface ContainerCitusOptions {
  /** Worker nodes beside the coordinator; 0 makes a single-node cluster whose coordinator holds the shards. */
  readonly workers: number;
  /** Default: {@link prepareCitusImage}'s. It has to keep to the conventions of the `postgres` image. */
  readonly image?: string;
  /** Lines of every node's postgresql.conf over this project's defaults. */
  readonly settings?: ServerSettings;
}

const port = 5432;
const startTimeoutMs = 120_000;
// An engine's 64 MB of /dev/shm are less than a parallel query may ask for.
const sharedMemoryBytes = 256 * 1024 * 1024;

/**
 * As {@link startCitus}, each node in a container of its own on a network of their own, known to the others by
 * its alias there. Throws {@link EnvironmentError} when a node does not start, with the end of its log.
 */
export async function startCitusContainers(options: ContainerCitusOptions): Promise<CitusCluster> {
  const image = options.image ?? (await prepareCitusImage());
  const network = await startNetwork();
  const password = randomBytes(16).toString('hex');
  const aliases = ['coordinator', ...Array.from({ length: options.workers }, (_, n) => `worker-${n + 1}`)];
  const started = await Promise.allSettled(
    aliases.map((alias, index) => {
      const settings = { ...citusSettings(index === 0 ? 'coordinator' : 'worker'), ...options.settings };
      return startNode({ image, network, alias, password, settings });
    }),
  );
  const containers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    try {
      await Promise.all(containers.map((container) => container.stop({ remove: true, removeVolumes: true })));
    } finally {
      await network.stop();
    }
  };
  try {
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const nodes = containers.map((container, index) => ({
      name: aliases[index] ?? '',
      port,
      url: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(port)}/postgres`,
    }));
    await createCitusDatabase(nodes, 'postgres');
    const coordinatorUrl = nodes[0]?.url ?? '';
    return {
      nodes,
      url: (database = 'postgres') => databaseUrl(coordinatorUrl, database),
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
