import { once } from 'node:events';
import { createServer } from 'node:net';
import { EnvironmentError } from '@shardwright/core';
import type { ContainerRuntimeClient } from 'testcontainers';

/** A container engine that answers. */
export interface ContainerEngine {
  /** Its HTTP API. */
  readonly api: ContainerRuntimeClient['container']['dockerode'];
  /** Gets images from registries, with the credentials that the user's command-line client keeps. */
  readonly images: ContainerRuntimeClient['image'];
  /** Where ports that it publishes are reached; `127.0.0.1` when it runs on this machine. */
  readonly host: string;
  /** e.g. `engine 27.3.1 on this machine` */
  readonly description: string;
}

/** The engine, or what was looked for in vain. */
export type FoundEngine =
  | { readonly reachable: true; readonly engine: ContainerEngine }
  | { readonly reachable: false; readonly reason: string };

/** The container engine that testcontainers finds: DOCKER_HOST's, else the one behind a usual socket. */
export async function findContainerEngine(): Promise<FoundEngine> {
  // Loaded only here: it takes a third of a second.
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const { container, image, info } = await getContainerRuntimeClient();
    // It is kept once found; the engine may have ended since.
    await container.dockerode.ping();
    const { serverVersion, host } = info.containerRuntime;
    const isHere = await isThisMachine(host);
    return {
      reachable: true,
      engine: {
        api: container.dockerode,
        images: image,
        host: isHere ? '127.0.0.1' : host,
        description: `engine ${serverVersion} on ${isHere ? 'this machine' : host}`,
      },
    };
  } catch {
    // Its error names nothing that was tried.
    const given = process.env.DOCKER_HOST;
    return {
      reachable: false,
      reason: `no container engine answers (DOCKER_HOST is ${given || 'not set'}; the socket /var/run/docker.sock and those of rootless engines were tried)`,
    };
  }
}

/**
 * Inside a container, testcontainers names the bridge's gateway, which is ours where the engine runs in it too. Only
 * one's own addresses can be listened on; a list of interfaces lacks bridges that nobody is connected to.
 */
async function isThisMachine(host: string): Promise<boolean> {
  if (host === 'localhost') return true;
  const server = createServer().listen(0, host);
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** {@link findContainerEngine}'s. Throws {@link EnvironmentError} when there is none. */
export async function connectContainerEngine(): Promise<ContainerEngine> {
  const found = await findContainerEngine();
  if (found.reachable) return found.engine;
  throw new EnvironmentError(found.reason, {
    hint: 'Start Docker or another engine with its API; without the right to its socket, join the group that owns it.',
  });
}
