import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, UsageError } from '@shardwright/core';
import type { NodeRole } from '../cluster.ts';
import { ownerFile } from '../local/scratch.ts';
import type { ServerSettings } from '../settings/server-settings.ts';
import { stateDirectory } from './state-directory.ts';

/** What is kept of a named cluster, in cluster.json of its directory. */
export interface ClusterRecord {
  readonly version: 1;
  readonly name: string;
  readonly provider: 'local' | 'containers';
  /** ISO 8601. */
  readonly createdAt: string;
  /** False until every node is registered and checked; a record that stays so is a leftover. */
  readonly complete: boolean;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Coordinator first; each listens on its port of this machine's loopback address. */
  readonly nodes: readonly NodeRecord[];
  readonly settings: Readonly<Record<NodeRole, ServerSettings>>;
  /** Local clusters: the binaries that made the data and have to run it. */
  readonly binDirectory?: string;
  /** Clusters in containers: what they run. */
  readonly image?: string;
}

/** A node of a named cluster. */
export interface NodeRecord {
  /** `coordinator`, `worker-1`, … */
  readonly label: string;
  readonly role: NodeRole;
  readonly port: number;
}

const recordFile = 'cluster.json';

/** Where all that a named cluster keeps lies. Throws {@link UsageError} for what cannot name one. */
export function clusterDirectory(name: string): string {
  checkClusterName(name);
  return path.join(stateDirectory(), 'clusters', name);
}

// It becomes part of a unix socket's path, which may have 107 bytes, and of containers' names.
const clusterName = /^[a-z][a-z0-9-]{0,29}$/;

/** Throws {@link UsageError} for what cannot name a cluster. */
export function checkClusterName(name: string): void {
  if (clusterName.test(name)) return;
  throw new UsageError(`a cluster cannot be named ${JSON.stringify(name)}`, {
    hint: 'A name has up to 30 lower-case letters, digits and dashes, and begins with a letter.',
  });
}

/** Takes a name for a new cluster, of several at once only one. Throws {@link EnvironmentError} when it is taken. */
export async function claimName(name: string): Promise<void> {
  const directory = clusterDirectory(name);
  try {
    await mkdir(path.dirname(directory), { recursive: true, mode: 0o755 });
    // Servers that run under another account pass through it, and see nothing else of it.
    await mkdir(directory, { mode: 0o711 });
    await writeFile(path.join(directory, ownerFile), String(process.pid));
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new EnvironmentError(
      taken
        ? `the cluster ${name} is being started by another process, or was left unfinished`
        : `cannot keep a cluster in ${directory}: ${error instanceof Error ? error.message : error}`,
      {
        hint: taken
          ? 'Wait for the other process; if there is none: cluster down --stale.'
          : 'Set SHARDWRIGHT_HOME to a directory that you may write to.',
        cause: error,
      },
    );
  }
}

/** Keeps a record, whole or not at all. */
export async function writeRecord(record: ClusterRecord): Promise<void> {
  const file = path.join(clusterDirectory(record.name), recordFile);
  // It holds a password.
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** A cluster's record; `undefined` when there is no such cluster, or it never came so far. */
export async function readRecord(name: string): Promise<ClusterRecord | undefined> {
  const file = path.join(clusterDirectory(name), recordFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new EnvironmentError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`, {
      hint: 'It belongs to the user who started the cluster.',
      cause: error,
    });
  }
  const record = JSON.parse(text) as ClusterRecord;
  if (record.version === 1) return record;
  throw new EnvironmentError(`${file} was written by another version of this program`, {
    hint: 'Use that version, or remove the cluster with it.',
  });
}

/** The names of all that have a directory, in alphabetical order, finished or not. */
export async function listClusterNames(): Promise<readonly string[]> {
  const entries = await readdir(path.join(stateDirectory(), 'clusters')).catch(() => []);
  return entries.filter((entry) => clusterName.test(entry)).sort();
}
