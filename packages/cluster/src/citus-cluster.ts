import { EnvironmentError } from '@shardwright/core';
import { type CitusNode, createCitusDatabase } from './citus-database.ts';
import { citusSettings, type NodeRole } from './citus-settings.ts';
import { findInstallation, type PostgresInstallation } from './installation.ts';
import { type ServerSettings, startPostgres } from './postgres-server.ts';

/** What a throw-away cluster is started with. */
export interface CitusOptions {
  /** Worker nodes beside the coordinator; 0 makes a single-node cluster whose coordinator holds the shards. */
  readonly workers: number;
  /** Default: the first on this machine that has Citus. */
  readonly installation?: PostgresInstallation;
  /** Lines of every node's postgresql.conf over this project's defaults. */
  readonly settings?: ServerSettings;
}

/** A throw-away Citus: gone, with its data, when disposed or when this process ends in whatever way. */
export interface CitusCluster extends AsyncDisposable {
  /** Coordinator first, as {@link createCitusDatabase} wants them. */
  readonly nodes: readonly CitusNode[];
  /** The coordinator's URL. */
  url(database?: string): string;
}

/** Starts a coordinator and workers with Citus in their `postgres` database, checked to reach one another. */
export async function startCitus(options: CitusOptions): Promise<CitusCluster> {
  const installation = options.installation ?? (await findInstallation({ withExtension: 'citus' }));
  if (!installation) {
    throw new EnvironmentError('no PostgreSQL installation with the Citus extension found', {
      hint: 'Install Citus for a PostgreSQL on this machine, or set PG_BIN to the bin directory of one that has it.',
    });
  }
  const settings = (role: NodeRole) => (socketDirectory: string) => ({
    ...citusSettings(role),
    // How a node connects to itself; nothing listens on the default, `localhost`.
    'citus.local_hostname': socketDirectory,
    ...options.settings,
  });
  const started = await Promise.allSettled(
    Array.from({ length: options.workers + 1 }, (_, index) =>
      startPostgres({ installation, settings: settings(index === 0 ? 'coordinator' : 'worker') }),
    ),
  );
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
  try {
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const [coordinator] = servers;
    if (!coordinator) throw new RangeError(`a cluster cannot have ${options.workers} workers`);
    // A unix socket's directory serves as a host name between the nodes too: no TCP port is ever opened.
    const nodes = servers.map((server) => ({
      name: server.socketDirectory,
      port: server.port,
      url: server.url(),
    }));
    await createCitusDatabase(nodes, 'postgres');
    return { nodes, url: coordinator.url, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
