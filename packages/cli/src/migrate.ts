import { main } from './main.ts';

/** The whole process of the command `migrate`: only here the exit code is set. */
export async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
    },
    exitNow: (code) => process.exit(code),
  });
}
