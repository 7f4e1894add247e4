import { appendFile, type FileHandle, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '@shardwright/core';
import { handOver, serverAccount } from './account.ts';
import { createDataDirectory } from './data-directory.ts';
import { databaseUrl, serverUrl } from './database-url.ts';
import { type Guarded, guard } from './guard.ts';
import { findInstallation, type PostgresInstallation } from './installation.ts';
import { makeScratchDirectory } from './scratch.ts';

/** What a throw-away server is started with. */
export interface PostgresOptions {
  /** Default: the one {@link findInstallation} finds. */
  readonly installation?: PostgresInstallation;
  /** Lines of postgresql.conf over the throw-away defaults (no TCP, no fsync). */
  readonly settings?: ServerSettings | ((socketDirectory: string) => ServerSettings);
  /** Lines of pg_hba.conf that go before the default, which trusts everyone on this machine. */
  readonly accessRules?: readonly string[];
}

/** Lines of postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

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
const startTimeoutMs = 60_000;

/** For data that is thrown away: a crash of the machine may ruin it. */
export const throwAwaySettings: ServerSettings = {
  fsync: false,
  synchronous_commit: false,
  full_page_writes: false,
};

/** Starts a PostgreSQL server of its own on this machine. Throws {@link EnvironmentError} when it cannot. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const installation = options.installation ?? (await findInstallation());
  if (!installation) {
    throw new EnvironmentError('no PostgreSQL installation found', {
      hint: 'Install PostgreSQL (apt install postgresql, brew install postgresql) or set PG_BIN to its bin directory.',
    });
  }
  const account = await serverAccount();
  const directory = await makeScratchDirectory(account);
  const dataDirectory = path.join(directory, 'data');
  const socketDirectory = path.join(directory, 'socket');
  await createDataDirectory(dataDirectory, installation, account);
  await mkdir(socketDirectory);
  await handOver(socketDirectory, account);
  const given = options.settings ?? {};
  const settings = {
    ...throwAwaySettings,
    listen_addresses: '',
    port: defaultPort,
    unix_socket_directories: socketDirectory,
    ...(typeof given === 'function' ? given(socketDirectory) : given),
  };
  const port = Number(settings.port);
  await appendFile(path.join(dataDirectory, 'postgresql.conf'), configurationLines(settings));
  if (options.accessRules) {
    const file = path.join(dataDirectory, 'pg_hba.conf');
    await writeFile(file, `${options.accessRules.join('\n')}\n${await readFile(file, 'utf8')}`);
  }

  const log = await open(path.join(directory, 'log'), 'a+');
  const guarded = guard({
    directory,
    command: [path.join(installation.binDirectory, 'postgres'), '-D', dataDirectory],
    account,
    outputFd: log.fd,
  });
  try {
    await ready(guarded, dataDirectory);
  } catch (error) {
    await guarded.stop();
    throw new EnvironmentError(`PostgreSQL ${installation.version} in ${directory} did not start`, {
      hint: `Its log ends: ${await readTail(log)}`,
      cause: error,
    });
  } finally {
    await log.close();
  }

  const maintenanceUrl = serverUrl('postgres://postgres@host/postgres', socketDirectory, port);
  return {
    installation,
    socketDirectory,
    port,
    dataDirectory,
    url: (database = 'postgres') => databaseUrl(maintenanceUrl, database),
    [Symbol.asyncDispose]: () => guarded.stop(),
  };
}

function configurationLines(settings: ServerSettings): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  return `\n${lines.join('\n')}\n`;
}

/** Waits until the postmaster writes `ready` into its pid file, as pg_ctl does. */
async function ready(guarded: Guarded, dataDirectory: string): Promise<void> {
  let ended = false;
  guarded.ended.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  const deadline = performance.now() + startTimeoutMs;
  while (!ended && performance.now() < deadline) {
    const lines = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
    if (lines.split('\n')[7]?.trim() === 'ready') return;
    await delay(10);
  }
  throw new Error(ended ? 'the server ended' : `not ready after ${startTimeoutMs} ms`);
}

/** The last lines of a log, through its handle: the file itself goes with the server. */
async function readTail(log: FileHandle): Promise<string> {
  const { size } = await log.stat();
  const length = Math.min(size, 2_000);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8', 0, bytesRead).trim();
}
