import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError } from '@shardwright/core';

const run = promisify(execFile);

/** The programs and extensions of one PostgreSQL on this machine. */
export interface PostgresInstallation {
  /** The directory of `postgres` and `initdb`. */
  readonly binDirectory: string;
  /** As `postgres --version` says it, e.g. `15.20`. */
  readonly version: string;
  /** Versions of the extensions this project asks for, absent where not installed. */
  readonly extensions: { readonly citus?: string; readonly vector?: string };
}

/**
 * The PostgreSQL of this machine: `PG_BIN` when set, else the first of `pg_config`'s, PATH's and the usual
 * places' that has the extension asked for. `undefined` when there is none; throws {@link EnvironmentError}
 * when PG_BIN names a directory without PostgreSQL.
 */
export async function findInstallation(
  wanted: { readonly withExtension?: 'citus' | 'vector'; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<PostgresInstallation | undefined> {
  const env = wanted.env ?? process.env;
  const suits = (found: PostgresInstallation) =>
    wanted.withExtension === undefined || found.extensions[wanted.withExtension] !== undefined;

  if (env.PG_BIN) {
    const found = await inspectInstallation(env.PG_BIN);
    if (!found) {
      throw new EnvironmentError(`PG_BIN=${env.PG_BIN} holds no runnable postgres and initdb`, {
        hint: 'Set it to the directory that `pg_config --bindir` prints, or unset it.',
      });
    }
    return suits(found) ? found : undefined;
  }
  for (const directory of await candidateDirectories(env)) {
    const found = await inspectInstallation(directory);
    if (found && suits(found)) return found;
  }
  return undefined;
}

/** What a directory of PostgreSQL programs offers; `undefined` when it is not one. */
export async function inspectInstallation(binDirectory: string): Promise<PostgresInstallation | undefined> {
  const postgres = path.join(binDirectory, 'postgres');
  try {
    await access(path.join(binDirectory, 'initdb'), constants.X_OK);
    const { stdout } = await run(postgres, ['--version']);
    const version = /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1];
    if (version === undefined) return undefined;
    const directories = await extensionDirectories(binDirectory);
    const citus = await extensionVersion('citus', directories);
    const vector = await extensionVersion('vector', directories);
    return { binDirectory, version, extensions: { ...(citus && { citus }), ...(vector && { vector }) } };
  } catch {
    return undefined;
  }
}

/** Throws {@link EnvironmentError} that names what an installation lacks of the extensions. */
export async function checkExtensions(
  { binDirectory, version }: PostgresInstallation,
  extensions: readonly string[],
): Promise<void> {
  const directories = await extensionDirectories(binDirectory);
  for (const extension of extensions) {
    if ((await extensionVersion(extension, directories)) !== undefined) continue;
    throw new EnvironmentError(`PostgreSQL ${version} in ${binDirectory} lacks the extension ${extension}`, {
      hint: 'Install it there, or set PG_BIN to the bin directory of a PostgreSQL that has it.',
    });
  }
}

async function candidateDirectories(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const configured = await run('pg_config', ['--bindir'], { env }).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  const versioned = await Promise.all([
    subdirectories('/usr/lib/postgresql', 'bin'),
    subdirectories('/usr', 'bin', /^pgsql-\d+$/),
    subdirectories('/opt/homebrew/opt', 'bin', /^postgresql(@\d+)?$/),
    subdirectories('/usr/local/opt', 'bin', /^postgresql(@\d+)?$/),
    subdirectories('/Applications/Postgres.app/Contents/Versions', 'bin'),
  ]);
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((directory) => directory !== '');
  return [...new Set([...configured, ...onPath, ...versioned.flat(), '/usr/local/pgsql/bin'])];
}

/** `parent/<any>/child`, highest version first. */
async function subdirectories(parent: string, child: string, matching = /./): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => matching.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => path.join(parent, name, child));
}

async function extensionDirectories(binDirectory: string): Promise<readonly string[]> {
  const told = await run(path.join(binDirectory, 'pg_config'), ['--sharedir']).then(
    ({ stdout }) => [path.join(stdout.trim(), 'extension')],
    () => [],
  );
  // Packages of bare binaries ship no pg_config; share/ then lies beside bin/.
  const beside = ['share/postgresql/extension', 'share/extension'];
  return [...told, ...beside.map((place) => path.join(binDirectory, '..', place))];
}

async function extensionVersion(name: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const control = await readFile(path.join(directory, `${name}.control`), 'utf8').catch(() => '');
    const version = /^default_version\s*=\s*'([^']+)'/m.exec(control)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
