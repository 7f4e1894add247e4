import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { ServerAccount } from './account.ts';

/** A process, or only a directory, that cannot outlive this process. */
export interface Guarded {
  /** Settles when the process has ended and its directory is gone. */
  readonly ended: Promise<void>;
  /** Ends the process, removes the directory, and waits for both. */
  stop(): Promise<void>;
}

/** What is to be guarded. */
export interface GuardOptions {
  /** Removed once the process has ended. */
  readonly directory: string;
  /** Program and arguments; without one, only the directory is guarded. */
  readonly command?: readonly [string, ...string[]];
  readonly account: ServerAccount;
  /** Descriptor of the file that takes the process's output. */
  readonly outputFd?: number;
}

// The shell's standard input is a pipe from the owner. Its end of file is the one sign of the owner's end that
// even SIGKILL gives. The reader is a process of its own, so that either side may end first: the owner (reader
// stops the server) or the server (the shell ends the reader). SIGQUIT is PostgreSQL's immediate shutdown: the
// data is thrown away, so nothing is worth flushing.
const script = `
directory=$1; shift
exec 3<&0
if [ $# -gt 0 ]; then
  "$@" </dev/null 3<&- &
  server=$!
  { read -r _ <&3; kill -QUIT $server; } 2>/dev/null >&2 &
  reader=$!
  wait $server
  kill $reader 2>/dev/null
else
  read -r _ <&3
fi
rm -rf -- "$directory"
`;

/**
 * Runs a program that ends, and whose directory goes, when this process ends in whatever way, by SIGKILL too.
 * It does not keep this process's event loop alive, and a terminal's Ctrl-C does not reach it before us.
 */
export function guard(options: GuardOptions): Guarded {
  const output = options.outputFd ?? 'ignore';
  const shell = spawn('/bin/sh', ['-c', script, 'guard', options.directory, ...(options.command ?? [])], {
    ...options.account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', output, output],
  });
  const pipe = shell.stdin;
  // Writing nothing, it can only fail when the shell is gone; `ended` tells that.
  pipe?.on('error', () => {});
  shell.unref();
  if (pipe instanceof Socket) pipe.unref();

  const ended = once(shell, 'exit').then(() => {});
  // Who waits hears of a failed start; who does not must not end the process.
  ended.catch(() => {});
  return {
    ended,
    stop: () => {
      shell.ref();
      pipe?.end();
      return ended;
    },
  };
}
