import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CitusNode } from '../database/citus-database.ts';

/** What is to be undone when this process ends before it could do that itself, be it by SIGKILL. */
export type LastWill =
  | {
      readonly kind: 'drop Citus database';
      /** Coordinator first. */
      readonly nodes: readonly CitusNode[];
      readonly database: string;
    }
  | {
      readonly kind: 'remove containers';
      /** The cluster that they are labelled with. */
      readonly cluster: string;
    };

/** A will that somebody waits to execute. */
export interface DepositedWill {
  /** For after we have undone it ourselves. Waits until nobody will execute it any more. */
  revoke(): Promise<void>;
}

/** The line that revokes a will. */
export const revocation = 'revoked';

// Run from the sources, as tests are, what a plain Node can run lies beside them.
const executor = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../dist/last-will/execute-last-will.js', import.meta.url)
    : new URL('execute-last-will.js', import.meta.url),
);

/**
 * Deposits a will with a process of its own, which executes it when this one ends in whatever way. For what a guard
 * of local processes ({@link guard}) cannot undo: it takes this program to talk to a server or a container engine.
 */
export async function depositWill(will: LastWill): Promise<DepositedWill> {
  // What it is about stands in its arguments for whoever looks at the list of processes.
  const subject = will.kind === 'remove containers' ? will.cluster : will.database;
  const child = spawn(process.execPath, [executor, subject], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  exited.catch(() => {});
  // Not in its arguments: URLs of nodes hold passwords.
  child.stdin.write(`${JSON.stringify(will)}\n`);
  child.stdin.on('error', () => {});
  // Only what it has read survives us.
  await Promise.race([once(child.stdout, 'data'), exited]);
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) if (pipe instanceof Socket) pipe.unref();
  return {
    revoke: async () => {
      child.ref();
      child.stdin.end(`${revocation}\n`);
      await exited;
    },
  };
}
