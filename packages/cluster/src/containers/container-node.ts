import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import type { NodeRole, RunningNode } from '../cluster.ts';
import { type ContainerEngine, connectContainerEngine, findContainerEngine } from './container-engine.ts';
import { lastLines, readContainerLog } from './container-log.ts';
import { engineFailure, isPortTaken, remedyFor, unlessDone, unlessMissing } from './engine-failure.ts';
import { nodePort } from './node-container.ts';

/** What a node in a container is made of. */
export interface ContainerNodeOptions {
  readonly role: NodeRole;
  /** Its host name on the cluster's network, by which the others know it. */
  readonly label: string;
  /** The container's name. */
  readonly container: string;
  /** How we reach it; its port is published for good, so that this holds after a restart too. */
  readonly url: string;
  /** Brings back, before each start, what the container needs. */
  readonly restore?: (engine: ContainerEngine) => Promise<void>;
}

const startTimeoutMs = 120_000;
const stopTimeoutSeconds = 60;
const pollMs = 20;

/** A node of a cluster from the container that runs it. */
export function containerNode(options: ContainerNodeOptions): RunningNode {
  const { role, label, container: name, url } = options;

  const control = async <Result>(
    verb: string,
    call: (container: ReturnType<ContainerEngine['api']['getContainer']>) => Promise<Result>,
  ): Promise<Result> => {
    const { api } = await connectContainerEngine();
    try {
      return await call(api.getContainer(name));
    } catch (error) {
      throw engineFailure(`${verb} ${label} (container ${name})`, error);
    }
  };
  const stop = () =>
    control('stop', async (container) => {
      await unlessMissing(unlessDone(container.stop({ t: stopTimeoutSeconds })));
    });
  const start = () => startNode(options);

  return {
    role,
    label,
    name: label,
    port: nodePort,
    url,
    isRunning: async () => {
      // An engine that is down runs nothing.
      const found = await findContainerEngine();
      if (!found.reachable) return false;
      return (await stateOf(found.engine, name))?.Running ?? false;
    },
    start,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
    kill: () =>
      control('kill', async (container) => {
        await container.kill();
        await container.wait({ condition: 'not-running' });
      }),
    pause: () => control('pause', (container) => container.pause()),
    resume: () => control('resume', (container) => container.unpause()),
    logs: ({ tailLines } = {}) =>
      control('read the log of', async (container) => {
        const tail = tailLines === undefined ? {} : { tail: tailLines };
        const frames = await container.logs({ follow: false, stdout: true, stderr: true, ...tail });
        const text = readContainerLog(frames);
        // The engine counts what was written at once, which may be several lines.
        return tailLines === undefined ? text : lastLines(text, tailLines);
      }),
  };
}

/**
 * Starts a container and waits until its server accepts connections. Throws {@link EnvironmentError} that
 * {@link isPortTaken} tells from others by its cause, or with the end of the server's log.
 */
async function startNode(options: ContainerNodeOptions): Promise<void> {
  const { label, container: name } = options;
  const engine = await connectContainerEngine();
  await options.restore?.(engine);
  try {
    await unlessDone(engine.api.getContainer(name).start());
  } catch (error) {
    const port = isPortTaken(error) ? ` on port ${new URL(options.url).port}` : '';
    throw engineFailure(`start ${label}${port} (container ${name})`, error);
  }
  const deadline = performance.now() + startTimeoutMs;
  while (!(await acceptsConnections(options.url))) {
    const state = await stateOf(engine, name);
    if (state?.Running && performance.now() < deadline) {
      await delay(pollMs);
      continue;
    }
    const ending = state?.Running
      ? `it accepts no connections after ${startTimeoutMs / 1000} s`
      : `it ended with exit code ${state?.ExitCode}`;
    const frames = await engine.api
      .getContainer(name)
      .logs({ follow: false, stdout: true, stderr: true, tail: 20 });
    const log = readContainerLog(frames).trim();
    throw new EnvironmentError(`${label} did not start: ${ending}`, {
      hint: `${remedyFor(log) ?? 'Its log may tell why.'} It ends:\n${log}`,
    });
  }
}

/** A server that refuses this session, for its password for one, runs as well as one that takes it. */
async function acceptsConnections(url: string): Promise<boolean> {
  try {
    await using _connection = await connect(url, { connectTimeoutMs: 5_000 });
    return true;
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    if (!(cause instanceof Error && 'severity' in cause && 'code' in cause)) return false;
    // cannot_connect_now: it is starting or recovering.
    return cause.code !== '57P03';
  }
}

async function stateOf({ api }: ContainerEngine, name: string) {
  try {
    return (await unlessMissing(api.getContainer(name).inspect()))?.State;
  } catch (error) {
    throw engineFailure(`look at the container ${name}`, error);
  }
}
