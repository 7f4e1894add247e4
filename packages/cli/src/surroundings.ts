import type { ExitCode } from '@shardwright/core';

/** A stream as `process.stdout` is one; the terminal's members are there only on a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own answer, which heeds NO_COLOR and FORCE_COLOR. */
  hasColors?(): boolean;
}

/** A stream as `process.stdin` is one. */
export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

/** What a command may touch of its process. */
export interface Surroundings {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly onInterrupt: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => void;
  /** For a second Ctrl-C: do not wait for anything. */
  readonly exitNow: (code: ExitCode) => void;
}
