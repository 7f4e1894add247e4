import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { ServerAccount } from './account.ts';

/** A directory, and the servers in it, that cannot outlive this process. */
export interface Guard {
  /**
   * Runs a program that ends when this process ends in whatever way, by SIGKILL too. It does not keep this
   * process's event loop alive, and a terminal's Ctrl-C does not reach it before us.
   */
  run(command: readonly [string, ...string[]], outputFd: number): ChildProcess;
  /** Ends what runs, removes the directory, and waits for both. */
  release(): Promise<void>;
}

// Its standard input is a pipe from the owner, whose end of file is the one sign of the owner's end that even
// SIGKILL gives. Until then it reads the process ids that are to end. SIGQUIT is PostgreSQL's immediate shutdown:
// the data is thrown away, so nothing is worth flushing. A process that was frozen has to be thawed to hear it.
const watcherScript = `
directory=$1 pids=
while read -r pid; do pids="$pids $pid"; done
alive() { for pid in $pids; do kill -0 "$pid" && return 0; done; return 1; }
{
  family=$(ps -A -o pid= -o ppid= | awk -v pids="$pids" '
    BEGIN { split(pids, list); for (i in list) wanted[list[i]] } $1 in wanted || $2 in wanted { print $1 }')
  for pid in $pids; do kill -QUIT "$pid"; done
  [ -z "$family" ] || kill -CONT $family
  tries=0
  while alive && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
  for pid in $pids; do kill -KILL "$pid"; done
} 2>/dev/null
rm -rf -- "$directory"
`;

// Waits for leave to begin, so that no program runs that the watcher has not heard of.
const startScript = 'read -r _ && exec "$@" </dev/null';

/** Sets a guard over a directory, which it removes at the end. */
export function guard(directory: string, account: ServerAccount): Guard {
  const options = { ...account, cwd: '/', detached: true } as const;
  const watcher = spawn('/bin/sh', ['-c', watcherScript, 'shardwright-guard', directory], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const pipe = watcher.stdin;
  // It can only fail when the watcher is gone; its exit tells that.
  pipe.on('error', () => {});
  watcher.unref();
  if (pipe instanceof Socket) pipe.unref();
  const ended = once(watcher, 'exit').then(() => {});
  // Who waits hears of a failed start; who does not must not end the process.
  ended.catch(() => {});

  return {
    run: (command, outputFd) => {
      const child = spawn('/bin/sh', ['-c', startScript, 'shardwright-start', ...command], {
        ...options,
        stdio: ['pipe', outputFd, outputFd],
      });
      child.unref();
      child.stdin?.on('error', () => {});
      if (child.pid !== undefined) pipe.write(`${child.pid}\n`, () => child.stdin?.end('go\n'));
      return child;
    },
    release: () => {
      watcher.ref();
      pipe.end();
      return ended;
    },
  };
}
