import { type ExitCode, exitCode, ShardwrightError } from '@shardwright/core';
import type { OutputStream } from './surroundings.ts';
import { writeText } from './write-result.ts';

/** How a failure is to be told. */
export interface FailureOptions {
  readonly stderr: OutputStream;
  readonly verbose: boolean;
  readonly redact: (text: string) => string;
  /** Whatever was thrown, the user had asked to stop. */
  readonly interrupted: boolean;
}

/** Tells what went wrong and what to do, and returns the exit code that says so. */
export async function reportFailure(error: unknown, options: FailureOptions): Promise<ExitCode> {
  const { stderr, verbose, redact, interrupted } = options;
  const details = verbose ? stackOf(error) : '';
  if (interrupted) {
    await writeText(stderr, redact(`migrate: interrupted; nothing was written\n${details}`));
    return exitCode.interrupted;
  }
  if (error instanceof ShardwrightError) {
    const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
    await writeText(stderr, redact(`migrate: ${error.message}\n${hint}${details}`));
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = verbose
    ? 'hint: this is a defect of ours: please report it with the lines below.\n'
    : 'hint: this is a defect of ours: please report it with what --verbose prints.\n';
  await writeText(stderr, redact(`migrate: internal error: ${message}\n${advice}${details}`));
  return exitCode.internal;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause =
    error.cause === undefined ? '' : `caused by: ${stackOf(error.cause) || String(error.cause)}\n`;
  return `${error.stack ?? error.message}\n${cause}`;
}
