import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { databaseUrl, serverUrl } from '../database/database-url.ts';
import { type ServerSettings, throwAwaySettings } from '../settings/server-settings.ts';
import { handOver, serverAccount } from './account.ts';
import { findInstallation, type PostgresInstallation } from './installation.ts';
import { makeGuardedDirectory } from './scratch.ts';
import { createServerDirectory } from './server-directory.ts';
import { serverProcess } from './server-process.ts';

/** What a throw-away server is started with. */
export interface PostgresOptions {
  /** Default: the one {@link findInstallation} finds. */
  readonly installation?: PostgresInstallation;
  /** Lines of postgresql.conf over the throw-away defaults (no TCP, no fsync). */
  readonly settings?: ServerSettings;
  /** Lines of pg_hba.conf that go before the default, which trusts everyone on this machine. */
  readonly accessRules?: readonly string[];
}

/** A throw-away server: gone, with its data, when disposed or when this process ends in whatever way. */
export interface PostgresServer extends AsyncDisposable {
  readonly installation: PostgresInstallation;
  readonly socketDirectory: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Superuser's URL of a database, over the unix socket; psql takes it too. */
  url(database?: string): string;
}

// Sockets of different servers lie in different directories, so that all may have the usual number.
const defaultPort = 5432;

/** Starts a PostgreSQL server of its own on this machine. Throws {@link EnvironmentError} when it cannot. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const installation = options.installation ?? (await findInstallation());
  if (!installation) {
    throw new EnvironmentError('no PostgreSQL installation found', {
      hint: 'Install PostgreSQL (apt install postgresql, brew install postgresql) or set PG_BIN to its bin directory.',
    });
  }
  const account = await serverAccount();
  const { path: directory, guard } = await makeGuardedDirectory(account);
  try {
    const socketDirectory = path.join(directory, 'sockets');
    await mkdir(socketDirectory);
    await handOver(socketDirectory, account);
    const settings = {
      ...throwAwaySettings,
      listen_addresses: '',
      port: defaultPort,
      unix_socket_directories: socketDirectory,
      ...options.settings,
    };
    const port = Number(settings.port);
    const { dataDirectory, logFile } = await createServerDirectory({
      directory: path.join(directory, 'server'),
      installation,
      account,
      settings,
      ...(options.accessRules === undefined ? {} : { accessRules: options.accessRules }),
    });
    const title = `PostgreSQL ${installation.version} in ${directory}`;
    const { binDirectory } = installation;
    await serverProcess({ title, binDirectory, dataDirectory, logFile, run: guard.run }).start();
    const maintenanceUrl = serverUrl('postgres://postgres@host/postgres', socketDirectory, port);
    return {
      installation,
      socketDirectory,
      port,
      dataDirectory,
      url: (database = 'postgres') => databaseUrl(maintenanceUrl, database),
      [Symbol.asyncDispose]: () => guard.release(),
    };
  } catch (error) {
    await guard.release();
    throw error;
  }
}
