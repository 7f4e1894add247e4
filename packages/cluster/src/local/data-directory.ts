import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, constants, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentError } from '@shardwright/core';
import { stateDirectory } from '../named/state-directory.ts';
import { handOver, type ServerAccount } from './account.ts';
import type { PostgresInstallation } from './installation.ts';
import { makeTemporaryDirectory, type TemporaryDirectory } from './scratch.ts';

const run = promisify(execFile);

/** How every node's data directory is made, so that text sorts alike wherever the server came from. */
export const initdbOptions: readonly string[] = ['-E', 'UTF8', '--locale=C'];

/** A data directory that is to be made. */
export interface DataDirectoryOptions {
  readonly directory: string;
  readonly installation: PostgresInstallation;
  readonly account: ServerAccount;
  /** With an identity of its own (`system_identifier`), which backups and standbys go by; copies share one. */
  readonly lasting: boolean;
}

/**
 * Makes a fresh data directory with superuser `postgres`, trust authentication, UTF-8 and C locale. One that does
 * not last is a copy of a template that initdb makes once per installation, in a second, and that stays for later
 * processes.
 */
export async function createDataDirectory(options: DataDirectoryOptions): Promise<void> {
  const { directory, installation, account } = options;
  if (options.lasting) return initialise(options);
  const template = await findTemplate(installation, account);
  try {
    await run('cp', ['-Rp', template, directory], { ...account, cwd: '/' });
  } catch (error) {
    throw new EnvironmentError(`cannot make the data directory ${directory}: ${errorOutput(error)}`, {
      hint: 'Is the disk full? TMPDIR and SHARDWRIGHT_HOME say where clusters lie.',
      cause: error,
    });
  }
}

// Within a process, nodes that start together wait for one initdb.
const inProcess = new Map<string, Promise<string>>();

async function findTemplate(installation: PostgresInstallation, account: ServerAccount): Promise<string> {
  const template = path.join(await templateParent(), await templateName(installation, account));
  let found = inProcess.get(template);
  if (!found) {
    found = access(path.join(template, 'PG_VERSION')).then(
      () => template,
      () => initialiseTemplate(template, installation, account),
    );
    inProcess.set(template, found);
    // A failure, a full disk for one, may be over at the next try.
    found.catch(() => inProcess.delete(template));
  }
  return found;
}

let fallbackParent: Promise<TemporaryDirectory> | undefined;

/** Where templates stay; where this user may not keep anything, with this process only. */
async function templateParent(): Promise<string> {
  const parent = path.join(stateDirectory(), 'templates');
  try {
    await mkdir(parent, { recursive: true });
    await access(parent, constants.W_OK);
    return parent;
  } catch {
    fallbackParent ??= makeTemporaryDirectory();
    return (await fallbackParent).path;
  }
}

/** One name per what initdb's result depends on; an upgrade of the binaries makes another. */
async function templateName(installation: PostgresInstallation, account: ServerAccount): Promise<string> {
  const { mtimeMs } = await stat(path.join(installation.binDirectory, 'initdb'));
  const identity = [
    installation.binDirectory,
    installation.version,
    mtimeMs,
    account.uid,
    ...initdbOptions,
  ].join('\0');
  return `${installation.version}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

async function initialiseTemplate(
  template: string,
  installation: PostgresInstallation,
  account: ServerAccount,
): Promise<string> {
  const unfinished = `${template}.${randomBytes(4).toString('hex')}`;
  await initialise({ directory: unfinished, installation, account, lasting: false });
  try {
    await rename(unfinished, template);
  } catch {
    // Another process was first; its template is as good.
    await rm(unfinished, { recursive: true, force: true });
  }
  return template;
}

async function initialise({
  directory,
  installation,
  account,
  lasting,
}: DataDirectoryOptions): Promise<void> {
  const initdb = path.join(installation.binDirectory, 'initdb');
  const options = [
    '-U',
    'postgres',
    '-A',
    'trust',
    ...initdbOptions,
    ...(lasting ? [] : ['--no-sync']),
    '-D',
    directory,
  ];
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await handOver(directory, account);
    await run(initdb, options, { ...account, cwd: '/' });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw new EnvironmentError(`${initdb} could not create a data directory in ${directory}`, {
      hint: `It said: ${errorOutput(error)}`,
      cause: error,
    });
  }
}

function errorOutput(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'stderr' in error && String(error.stderr).trim() !== ''
    ? String(error.stderr).trim()
    : error.message;
}
