import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@shardwright/core';
import { serverUrl } from '../database/database-url.ts';
import { type ClusterRecord, clusterDirectory, type NodeRecord } from '../named/cluster-record.ts';
import type { NodeHost } from '../named/node-host.ts';
import { handOver, type ServerAccount, serverAccount } from './account.ts';
import { inspectInstallation } from './installation.ts';
import { localNode } from './local-node.ts';
import { createServerDirectory, serverFiles } from './server-directory.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

// The longest that both Linux (107) and macOS (103) take, and what the server appends: /.s.PGSQL.65535.lock
const longestSocketDirectory = 103 - '/.s.PGSQL.65535.lock'.length;

// The socket's directory admits the servers' account and root only, so that nodes need no passwords for one
// another, whatever role a session has. Everyone else comes over TCP and has to know the password.
const accessRules = [
  'local all         all     trust',
  'local replication all     trust',
  'host  all         all all scram-sha-256',
  'host  replication all all scram-sha-256',
];

/** Runs the nodes of named clusters from local binaries, as processes that outlive this one. */
export const localHost: NodeHost = {
  create: async (cluster, node) => {
    const account = await serverAccount();
    const sockets = socketDirectory(cluster);
    await mkdir(sockets, { recursive: true, mode: 0o700 });
    await handOver(sockets, account);
    const binDirectory = binariesOf(cluster);
    const installation = await inspectInstallation(binDirectory);
    if (!installation) {
      throw new EnvironmentError(`${binDirectory} holds no runnable postgres and initdb`, {
        hint: 'Set PG_BIN to the bin directory of a PostgreSQL that has Citus.',
      });
    }
    await createServerDirectory({
      directory: nodeDirectory(cluster, node),
      installation,
      account,
      lasting: true,
      settings: {
        ...cluster.settings[node.role],
        listen_addresses: '127.0.0.1',
        port: node.port,
        unix_socket_directories: sockets,
        // How a node connects to itself; TCP would ask it for a password.
        'citus.local_hostname': sockets,
        cluster_name: `${cluster.name}/${node.label}`,
      },
      accessRules,
    });
  },

  open: async (cluster, node) => {
    const sockets = socketDirectory(cluster);
    return localNode({
      ...node,
      name: sockets,
      url: serverUrl('postgres://postgres@host/postgres', sockets, node.port),
      process: processOf(cluster, node, await serverAccount()),
      logFile: serverFiles(nodeDirectory(cluster, node)).logFile,
    });
  },

  removeNode,

  remove: async (cluster) => {
    await Promise.all(cluster.nodes.map((node) => removeNode(cluster, node)));
    await rm(socketDirectory(cluster), { recursive: true, force: true });
  },
};

async function removeNode(cluster: ClusterRecord, node: NodeRecord): Promise<void> {
  const server = processOf(cluster, node, await serverAccount());
  // Its data goes: there is nothing worth waiting for that a shutdown would write.
  if ((await server.pid()) !== undefined) await server.kill();
  await rm(nodeDirectory(cluster, node), { recursive: true, force: true });
}

function processOf(cluster: ClusterRecord, node: NodeRecord, account: ServerAccount): ServerProcess {
  return serverProcess({
    title: `${node.label} of the cluster ${cluster.name} (port ${node.port})`,
    binDirectory: binariesOf(cluster),
    ...serverFiles(nodeDirectory(cluster, node)),
    run: (command, outputFd) => spawnDetached(command, outputFd, account),
  });
}

function spawnDetached(
  [program, ...args]: readonly [string, ...string[]],
  outputFd: number,
  account: ServerAccount,
): ChildProcess {
  const child = spawn(program, args, {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', outputFd, outputFd],
  });
  child.unref();
  return child;
}

function nodeDirectory({ name }: ClusterRecord, { label }: NodeRecord): string {
  return path.join(clusterDirectory(name), label);
}

function socketDirectory({ name }: ClusterRecord): string {
  const directory = path.join(clusterDirectory(name), 'sockets');
  if (Buffer.byteLength(directory) <= longestSocketDirectory) return directory;
  throw new EnvironmentError(`${directory} is too long a path for unix sockets`, {
    hint: 'Choose a shorter name, or set SHARDWRIGHT_HOME to a directory with a shorter path.',
  });
}

function binariesOf({ name, binDirectory }: ClusterRecord): string {
  if (binDirectory !== undefined) return binDirectory;
  throw new EnvironmentError(`the record of the cluster ${name} names no PostgreSQL binaries`, {
    hint: `Remove it with cluster down --name ${name} --volumes, and start it anew.`,
  });
}
