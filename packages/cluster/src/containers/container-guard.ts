import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { label } from './labels.ts';

/** Containers that cannot outlive this process. */
export interface ContainerGuard {
  /** The containers are gone: nothing is left to watch. Waits until the watcher has ended. */
  dismiss(): Promise<void>;
}

// Its standard input is a pipe from the owner, whose end of file is the one sign of the owner's end that even
// SIGKILL gives. An engine may still be carrying out what the owner asked for last: it has to find nothing several
// times in a row. Compiled or not, this package's own modules would do the same; only a string runs in both cases.
const watcherScript = `
const [testcontainers, label] = process.argv.slice(1);
let dismissed = false;
process.stdin.on('data', () => { dismissed = true; });
process.stdin.on('end', async () => {
  if (dismissed) return;
  const { getContainerRuntimeClient } = require(testcontainers);
  const { container: { dockerode: engine } } = await getContainerRuntimeClient();
  const options = { filters: { label: [label] } };
  const until = Date.now() + 60_000;
  for (let quiet = 0; quiet < 10 && Date.now() < until; quiet++) {
    const containers = await engine.listContainers({ all: true, ...options });
    await Promise.allSettled(containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })));
    const { Volumes } = await engine.listVolumes(options);
    await Promise.allSettled((Volumes ?? []).map(({ Name }) => engine.getVolume(Name).remove()));
    const networks = await engine.listNetworks(options);
    await Promise.allSettled(networks.map(({ Id }) => engine.getNetwork(Id).remove()));
    if (containers.length + (Volumes ?? []).length + networks.length > 0) quiet = -1;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.exit();
});
`;

/**
 * Sets a guard over a cluster's containers: it removes them, their volumes and their network when this process
 * ends in whatever way, by SIGKILL too. testcontainers has a container that does so; where its image cannot be
 * pulled, it does not.
 */
export function guardContainers(cluster: string): ContainerGuard {
  const testcontainers = createRequire(import.meta.url).resolve('testcontainers');
  const watcher = spawn(
    process.execPath,
    ['--eval', watcherScript, testcontainers, `${label.cluster}=${cluster}`],
    // Out of reach of a terminal's Ctrl-C.
    { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const pipe = watcher.stdin;
  // It can only fail when the watcher is gone; its exit tells that.
  pipe.on('error', () => {});
  watcher.unref();
  if (pipe instanceof Socket) pipe.unref();
  const ended = once(watcher, 'exit').then(() => {});
  // Who waits hears of a failed start; who does not must not end the process.
  ended.catch(() => {});
  return {
    dismiss: () => {
      watcher.ref();
      pipe.end('dismissed');
      return ended;
    },
  };
}
