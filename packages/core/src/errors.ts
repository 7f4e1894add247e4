import { type ExitCode, exitCode } from './exit-code.ts';

/** What an error may carry besides its message. */
export interface ErrorDetail {
  /** What the user should do next: one or two sentences. */
  readonly hint?: string;
  /** The error underneath, kept for `--verbose`. */
  readonly cause?: unknown;
}

/**
 * A failure the user can act on. The message says what was tried and on which object; the hint says what to
 * do next. Anything else that is thrown is a defect of ours and ends with exit code 70.
 */
export abstract class ShardwrightError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.hint = detail.hint;
  }
}

/** The command line cannot be taken as it is. */
export class UsageError extends ShardwrightError {
  readonly exitCode: ExitCode = exitCode.usage;
}

/** Where in an input something was found: 1-based line, counted over the decompressed text. */
export interface InputPosition {
  readonly input: string;
  readonly line?: number;
}

/** An input (dump, workload file) is missing, unreadable, broken, or not what it was taken for. */
export class InputError extends ShardwrightError {
  readonly exitCode: ExitCode = exitCode.usage;
  readonly position: InputPosition;

  constructor(message: string, position: InputPosition, detail: ErrorDetail = {}) {
    const where = position.line === undefined ? position.input : `${position.input}:${position.line}`;
    super(`${where}: ${message}`, detail);
    this.position = position;
  }
}

/** A server refused, failed or vanished. */
export class DatabaseError extends ShardwrightError {
  readonly exitCode: ExitCode = exitCode.database;
}

/** This machine lacks something the task needs (a program, an extension, disk). */
export class EnvironmentError extends ShardwrightError {
  readonly exitCode: ExitCode = exitCode.environment;
}

/** The user, or a signal, asked to stop. */
export class InterruptedError extends ShardwrightError {
  readonly exitCode: ExitCode = exitCode.interrupted;
}
