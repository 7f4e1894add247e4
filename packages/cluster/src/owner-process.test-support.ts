import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';

/** A process of its own that owns what it started. */
export interface OwnerProcess {
  /** The first line that it printed. */
  readonly said: string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Runs a script with the built package as `cluster`, and waits for its first line; then it stays until killed. */
export async function startOwner(script: string): Promise<OwnerProcess> {
  // Compiled, because before version 22 Node cannot run TypeScript.
  const built = pathToFileURL(path.join(import.meta.dirname, '..', 'dist', 'index.js')).href;
  const program = `const cluster = await import(${JSON.stringify(built)}); setInterval(() => {}, 1000); ${script}`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(owner, 'exit').then(([code]) => Promise.reject(new Error(`the owner ended: ${code}`)));
  const line = once(createInterface({ input: owner.stdout }), 'line');
  const [said] = (await Promise.race([line, ended])) as [string];
  ended.catch(() => {});
  return {
    said,
    kill: async () => {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    },
  };
}
