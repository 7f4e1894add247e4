import type { ExitCode } from '@shardwright/core';

/** A stream as `process.stdout` is one; the terminal's members are there only on a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own answer, which heeds NO_COLOR and FORCE_COLOR. */
  hasColors?(): boolean;
}

/** What a command may touch of its process. */
export interface Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly onInterrupt: (listener: () => void) => void;
  /** For a second Ctrl-C: do not wait for anything. */
  readonly exitNow: (code: ExitCode) => void;
}
