import type { NodeRole, RunningNode } from '../cluster.ts';
import { readTail } from '../log-tail.ts';
import type { ServerProcess } from './server-process.ts';

/** What a node on this machine is made of. */
export interface LocalNodeOptions {
  readonly role: NodeRole;
  readonly label: string;
  /** As the other nodes call it. */
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly process: ServerProcess;
  readonly logFile: string;
}

/** A node of a cluster from the server that runs it. */
export function localNode({ process: server, logFile, ...node }: LocalNodeOptions): RunningNode {
  return {
    ...node,
    isRunning: async () => (await server.pid()) !== undefined,
    stop: server.stop,
    start: server.start,
    restart: async () => {
      await server.stop();
      await server.start();
    },
    kill: server.kill,
    pause: server.pause,
    resume: server.resume,
    logs: ({ tailLines } = {}) => readTail(logFile, tailLines),
  };
}
