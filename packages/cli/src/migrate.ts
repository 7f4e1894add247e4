import { exitCode } from '@shardwright/core';
import { main } from './main.ts';

/** The whole process of the command `migrate`: only here the exit code is set. */
export async function run(): Promise<void> {
  const code = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
    },
    exitNow: (code) => process.exit(code),
  });
  // Abandoned work may still hold a pipe or a server open, and with it the process.
  if (code === exitCode.interrupted) process.exit(code);
  process.exitCode = code;
}
