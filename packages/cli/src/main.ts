import { type ExitCode, exitCode, InterruptedError } from '@shardwright/core';
import type { Command } from './command.ts';
import { createCommandIo } from './command-io.ts';
import { readCommandLine } from './command-line.ts';
import { reportFailure } from './failure.ts';
import type { Program } from './program.ts';
import { SecretKeeper } from './secret-keeper.ts';
import type { Surroundings } from './surroundings.ts';
import { writeText } from './write-result.ts';

/** Runs one command line of a program and returns its exit code; nothing is thrown. */
export async function main(
  program: Program,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, onInterrupt, exitNow } = surroundings;
  const secrets = new SecretKeeper(argv);
  // What follows `--` is for another program.
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const cancellation = new AbortController();
  let command: Command | undefined;
  // The reader of stdout or stderr may leave early (`| head`): that is no failure of ours, but nothing is left to do.
  let readerLeft = false;
  stderr.on('error', () => {});
  stdout.on('error', () => {
    readerLeft = true;
    cancellation.abort(new InterruptedError('the reader of standard output left'));
  });
  onInterrupt((signal) => {
    if (signal === 'SIGINT' && command?.leavesCtrlC === true) return;
    if (cancellation.signal.aborted) exitNow(exitCode.interrupted);
    cancellation.abort(new InterruptedError('interrupted'));
  });

  try {
    const asked = await readCommandLine(program, argv, stdout.columns || 100);
    if (asked.kind === 'text') {
      const nothing = argv.length === 0;
      await writeText(nothing ? stderr : stdout, `${asked.text}\n`);
      return nothing ? exitCode.usage : exitCode.yes;
    }
    command = asked.command;
    const { signal } = cancellation;
    const io = createCommandIo({ program, args: asked.args, surroundings, secrets, signal });
    try {
      const code = await Promise.race([command.run(asked.args, io), abandonment(signal, command)]);
      return readerLeft && code === exitCode.interrupted ? exitCode.yes : code;
    } finally {
      await io.end();
    }
  } catch (error) {
    if (readerLeft) return exitCode.yes;
    return reportFailure(error, {
      program: program.name,
      stderr,
      verbose: own.includes('--verbose'),
      redact: (text) => secrets.redact(text),
      ...(cancellation.signal.aborted ? { interrupted: command?.interrupted ?? 'interrupted' } : {}),
      json: program.readByProgram(own),
    });
  }
}

/**
 * Rejects some time after the signal, for work that does not heed it: what does ends within milliseconds; what waits
 * for a silent pipe or server never would.
 */
function abandonment(signal: AbortSignal, { graceMs = 1000 }: Command): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), graceMs), { once: true });
  });
}
