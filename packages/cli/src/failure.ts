import { type ExitCode, exitCode, InterruptedError, ShardwrightError } from '@shardwright/core';
import { printable } from '@shardwright/report';
import type { OutputStream } from './surroundings.ts';
import { writeText } from './write-result.ts';

/** How a failure is to be told. */
export interface FailureOptions {
  readonly program: string;
  readonly stderr: OutputStream;
  readonly verbose: boolean;
  readonly redact: (text: string) => string;
  /** What to say because, whatever was thrown, the user had asked to stop. */
  readonly interrupted?: string;
  /** A program reads standard error, an object per line. */
  readonly json: boolean;
}

interface Failure {
  readonly code: ExitCode;
  readonly message: string;
  readonly hint?: string;
}

/** Tells what went wrong and what to do, and returns the exit code that says so. */
export async function reportFailure(error: unknown, options: FailureOptions): Promise<ExitCode> {
  const { program, stderr, verbose, redact, json } = options;
  const { code, message, hint } = describeFailure(error, options);
  const stack = verbose ? stackOf(error) : '';
  const text = json
    ? `${JSON.stringify({ kind: 'error', exitCode: code, message, hint, ...(stack === '' ? {} : { stack }) })}\n`
    : `${program}: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}${stack}`;
  await writeText(stderr, printable(redact(text)));
  return code;
}

function describeFailure(error: unknown, { verbose, interrupted }: FailureOptions): Failure {
  if (interrupted !== undefined) {
    // Work that was undone, or cannot be, says so itself.
    const told = error instanceof InterruptedError && error.hint !== undefined;
    return told
      ? { code: exitCode.interrupted, message: error.message, hint: error.hint }
      : { code: exitCode.interrupted, message: interrupted };
  }
  if (error instanceof ShardwrightError) {
    const { exitCode: code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return {
    code: exitCode.internal,
    message: `internal error: ${error instanceof Error ? error.message : String(error)}`,
    hint: `this is a defect of ours: please report it with ${verbose ? 'the lines below' : 'what --verbose prints'}.`,
  };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause =
    error.cause === undefined ? '' : `caused by: ${stackOf(error.cause) || String(error.cause)}\n`;
  return `${error.stack ?? error.message}\n${cause}`;
}
