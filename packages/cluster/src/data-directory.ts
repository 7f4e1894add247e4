import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError } from '@shardwright/core';
import type { ServerAccount } from './account.ts';
import type { PostgresInstallation } from './installation.ts';
import { makeTemporaryDirectory } from './scratch.ts';

const run = promisify(execFile);

// initdb takes about a second, a copy of its result a tenth of that: one template per installation and process.
const templates = new Map<string, Promise<string>>();

/** How every node's data directory is made, so that text sorts alike wherever the server came from. */
export const initdbOptions: readonly string[] = ['-E', 'UTF8', '--locale=C', '--no-sync'];

/** Makes `directory` a fresh data directory with superuser `postgres`, trust authentication, UTF-8 and C locale. */
export async function createDataDirectory(
  directory: string,
  installation: PostgresInstallation,
  account: ServerAccount,
): Promise<void> {
  let template = templates.get(installation.binDirectory);
  if (!template) {
    template = initialiseTemplate(installation, account);
    templates.set(installation.binDirectory, template);
  }
  await run('cp', ['-Rp', await template, directory], { ...account, cwd: '/' });
}

async function initialiseTemplate(
  installation: PostgresInstallation,
  account: ServerAccount,
): Promise<string> {
  // Kept as long as this process lives.
  const directory = await makeTemporaryDirectory();
  const template = path.join(directory.path, 'template');
  const initdb = path.join(installation.binDirectory, 'initdb');
  const options = ['-U', 'postgres', '-A', 'trust', ...initdbOptions, '-D', template];
  try {
    await run(initdb, options, { ...account, cwd: '/' });
  } catch (error) {
    throw new EnvironmentError(`${initdb} could not create a data directory in ${directory.path}`, {
      hint: `It said: ${error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)}`,
      cause: error,
    });
  }
  return template;
}
