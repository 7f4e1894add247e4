import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import {
  databaseUrl,
  findInstallation,
  type PostgresInstallation,
  startPostgres,
} from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { type Measurement, measureProgram } from './measured-process.ts';

/** Loads a dump into an empty database of a throw-away server, again and again. */
export interface PsqlLoader extends AsyncDisposable {
  load(file: string): Promise<Measurement>;
}

/**
 * Starts the server that loads go to: without fsync, so faster than a real one would be. Throws
 * {@link EnvironmentError} when a load fails.
 */
export async function startPsqlLoader(installation: PostgresInstallation): Promise<PsqlLoader> {
  const server = await startPostgres({
    installation,
    settings: { max_wal_size: '4GB', maintenance_work_mem: '256MB' },
  });
  const psql = path.join(installation.binDirectory, 'psql');
  const database = 'loaded';
  return {
    load: async (file) => {
      await using connection = await connect(server.url());
      await connection.query(`CREATE DATABASE ${database}`);
      const url = databaseUrl(server.url(), database);
      const { exitCode, stderr, ...measurement } = await measureProgram(psql, [
        ...['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--dbname', url, '--file', file],
      ]);
      await connection.query(`DROP DATABASE ${database} WITH (FORCE)`);
      if (exitCode === 0) return measurement;
      throw new EnvironmentError(`psql could not load ${file}`, {
        hint: `It said: ${stderr.trim().slice(-500)}`,
      });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The installation that loads run on: one that has psql, which packages of bare binaries lack. */
export async function findLoadInstallation(): Promise<PostgresInstallation | undefined> {
  const installation = await findInstallation();
  if (!installation) return undefined;
  const psql = path.join(installation.binDirectory, 'psql');
  return access(psql, constants.X_OK).then(
    () => installation,
    () => undefined,
  );
}
