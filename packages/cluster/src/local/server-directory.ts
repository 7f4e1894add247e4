import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerSettings } from '../settings/server-settings.ts';
import { handOver, type ServerAccount } from './account.ts';
import { createDataDirectory } from './data-directory.ts';
import type { PostgresInstallation } from './installation.ts';

/** What a new server's data directory is made of. */
export interface ServerDirectoryOptions {
  /** Made, and filled with `data` and, once started, `log`. */
  readonly directory: string;
  readonly installation: PostgresInstallation;
  readonly account: ServerAccount;
  readonly settings: ServerSettings;
  /** Its data is not thrown away: see `createDataDirectory`. */
  readonly lasting?: boolean;
  /** Lines of pg_hba.conf that go before the default, which trusts everyone on this machine. */
  readonly accessRules?: readonly string[];
}

/** Where a server's files lie. */
export interface ServerFiles {
  readonly dataDirectory: string;
  readonly logFile: string;
}

/** The files of the server in a directory. */
export function serverFiles(directory: string): ServerFiles {
  return { dataDirectory: path.join(directory, 'data'), logFile: path.join(directory, 'log') };
}

/** Makes the files of a new server, ready to start. */
export async function createServerDirectory(options: ServerDirectoryOptions): Promise<ServerFiles> {
  const { directory, account, installation, lasting = false } = options;
  const files = serverFiles(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await handOver(directory, account);
  await createDataDirectory({ directory: files.dataDirectory, installation, account, lasting });
  await appendFile(
    path.join(files.dataDirectory, 'postgresql.conf'),
    `\n${configurationLines(options.settings)}`,
  );
  if (options.accessRules) {
    const file = path.join(files.dataDirectory, 'pg_hba.conf');
    await writeFile(file, `${options.accessRules.join('\n')}\n${await readFile(file, 'utf8')}`);
  }
  return files;
}

/** Settings as postgresql.conf takes them, a line each. */
export function configurationLines(settings: ServerSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join('');
}
