/** Whether containers can be started from here: with what, or what was looked for in vain. */
export type ContainerEngine =
  | { readonly reachable: true; readonly description: string }
  | { readonly reachable: false; readonly reason: string };

/** The container engine that testcontainers finds: DOCKER_HOST's, else the one behind a usual socket. */
export async function findContainerEngine(): Promise<ContainerEngine> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const { info } = await getContainerRuntimeClient();
    const { serverVersion, host } = info.containerRuntime;
    return { reachable: true, description: `engine ${serverVersion} on ${host}` };
  } catch {
    // Its error names nothing that was tried.
    const given = process.env.DOCKER_HOST;
    return {
      reachable: false,
      reason: `no container engine answers (DOCKER_HOST is ${given || 'not set'}; the socket /var/run/docker.sock and those of rootless engines were tried)`,
    };
  }
}
