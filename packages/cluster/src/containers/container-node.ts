import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import type { NodeRole, RunningNode } from '../cluster.ts';

/** What a node in a container is made of. */
export interface ContainerNodeOptions {
  readonly role: NodeRole;
  /** Its alias on the cluster's network, by which the others know it. */
  readonly label: string;
  readonly port: number;
  readonly password: string;
  readonly container: StartedTestContainer;
}

/** A node of a cluster from the container that runs it. */
export function containerNode(options: ContainerNodeOptions): RunningNode {
  const { role, label, port, password, container } = options;
  const control = async () => (await getContainerRuntimeClient()).container.getById(container.getId());
  return {
    role,
    label,
    name: label,
    port,
    url: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(port)}/postgres`,
    isRunning: async () => (await (await control()).inspect()).State.Running,
    stop: async () => {
      await (await control()).stop();
    },
    start: async () => {
      await (await control()).start();
    },
    restart: () => container.restart(),
    kill: async () => {
      await (await control()).kill();
    },
    pause: async () => {
      await (await control()).pause();
    },
    resume: async () => {
      await (await control()).unpause();
    },
    logs: async ({ tailLines } = {}) => {
      const log = await (await control()).logs({
        stdout: true,
        stderr: true,
        ...(tailLines === undefined ? {} : { tail: tailLines }),
      });
      return log.toString('utf8');
    },
  };
}
