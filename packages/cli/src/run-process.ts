import { exitCode } from '@shardwright/core';
import { main } from './main.ts';
import type { Program } from './program.ts';

/** The whole process of a program: only here the exit code is set. */
export async function runProcess(program: Program): Promise<void> {
  const code = await main(program, process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt: (listener) => {
      process.on('SIGINT', () => listener('SIGINT'));
      process.on('SIGTERM', () => listener('SIGTERM'));
    },
    exitNow: (code) => process.exit(code),
  });
  // Abandoned work may still hold a pipe or a server open, and with it the process.
  if (code === exitCode.interrupted) process.exit(code);
  process.exitCode = code;
}
