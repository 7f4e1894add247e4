import { PassThrough } from 'node:stream';
import type { ExitCode } from '@shardwright/core';
import { main } from './main.ts';
import type { Program } from './program.ts';

/** What a command line left behind. */
export interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** The terminal and environment that a command meets; by default neither input, output nor messages are a terminal. */
export interface Scene {
  readonly columns?: number;
  readonly color?: boolean;
  /** Typed at the terminal; without it, there is none to ask on. */
  readonly typed?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs one command line in this process. */
export async function runInProcess(
  program: Program,
  argv: readonly string[],
  { columns, color, typed, env }: Scene = {},
): Promise<Outcome> {
  const interactive = typed !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY: interactive });
  stdin.end(typed);
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), {
    isTTY: columns !== undefined,
    ...(columns === undefined ? {} : { columns }),
    hasColors: () => color === true,
  });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: interactive });
  let [printed, told] = ['', ''];
  stdout.on('data', (text: string) => {
    printed += text;
  });
  stderr.on('data', (text: string) => {
    told += text;
  });
  const code = await main(program, argv, {
    stdin,
    stdout,
    stderr,
    // Neither the tester's clusters nor their servers.
    env: env ?? {},
    onInterrupt: () => {},
    exitNow: () => {},
  });
  return { code, stdout: printed, stderr: told };
}
