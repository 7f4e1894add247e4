import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterOptions, NodeRole, RunningCluster, RunningNode } from '../cluster.ts';
import { serverUrl } from '../database/database-url.ts';
import { registerCluster } from '../register-cluster.ts';
import { throwAwayRoleSettings } from '../settings/role-settings.ts';
import { throwAwaySettings } from '../settings/server-settings.ts';
import { handOver, serverAccount } from './account.ts';
import { checkExtensions, type PostgresInstallation } from './installation.ts';
import { localNode } from './local-node.ts';
import { makeGuardedDirectory } from './scratch.ts';
import { createServerDirectory } from './server-directory.ts';
import { serverProcess } from './server-process.ts';

// Nodes share a directory of sockets and differ by port, which none of them opens.
const firstPort = 5432;

/**
 * Starts a throw-away cluster from local binaries. A unix socket's directory serves as the nodes' host name, so
 * that no TCP port is ever opened and parallel runs cannot collide.
 */
export async function startLocalCluster(
  options: ClusterOptions & { readonly installation: PostgresInstallation },
): Promise<RunningCluster> {
  const { installation } = options;
  await checkExtensions(installation, ['citus', ...(options.extensions ?? [])]);
  const account = await serverAccount();
  const { path: directory, guard } = await makeGuardedDirectory(account);
  const sockets = path.join(directory, 'sockets');

  const startNode = async (index: number): Promise<RunningNode> => {
    const role: NodeRole = index === 0 ? 'coordinator' : 'worker';
    const label = index === 0 ? role : `worker-${index}`;
    const port = firstPort + index;
    const files = await createServerDirectory({
      directory: path.join(directory, label),
      installation,
      account,
      settings: {
        ...throwAwaySettings,
        ...throwAwayRoleSettings(role),
        listen_addresses: '',
        port,
        unix_socket_directories: sockets,
        // How a node connects to itself; nothing listens on the default, `localhost`.
        'citus.local_hostname': sockets,
        ...options.settings?.[role],
      },
    });
    const { binDirectory, version } = installation;
    const title = `${label} (PostgreSQL ${version} in ${directory})`;
    const process = serverProcess({ title, binDirectory, ...files, run: guard.run });
    const url = serverUrl('postgres://postgres@host/postgres', sockets, port);
    const node = localNode({ role, label, name: sockets, port, url, process, logFile: files.logFile });
    await node.start();
    return node;
  };

  try {
    await mkdir(sockets);
    await handOver(sockets, account);
  } catch (error) {
    await guard.release();
    throw error;
  }
  return registerCluster(options, {
    provider: 'local',
    start: startNode,
    discard: async (node) => {
      await node.kill();
      await rm(path.join(directory, node.label), { recursive: true, force: true });
    },
    remove: () => guard.release(),
  });
}
