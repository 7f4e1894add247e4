import type { ExitCode } from '@shardwright/core';
import type { Options, PositionalOptions } from 'yargs';
import type { Arguments } from './arguments.ts';
import type { CommandIo } from './command-io.ts';

/**
 * One command of a program. How to add `cluster drain`:
 *
 * 1. A line in `cluster/commands.ts`: `{ usage: 'drain <node>', summary, group, load: async () =>
 *    (await import('./drain.ts')).drain }`. The usage's `<node>` is required, `[node]` is not, `[nodes..]` takes several.
 * 2. `cluster/drain.ts` exports `drain: Command`. Its imports are loaded for this command only. `--cluster`, `--json`,
 *    `--quiet`, `--verbose` are there already; what it declares more is checked, listed by `--help` and suggested on typing
 *    errors. Options with a value are `{ type: 'string', requiresArg: true }`; a flag is `{ type: 'boolean' }`.
 * 3. `run` reads `args` (`args.text('node')`, `args.wholeNumber('workers')`, `args.flag('watch')`), finds the cluster with
 *    `openTarget(args, io)` (cluster/target.ts), calls one function of a library with `io` as its `Context`, and answers:
 *    `if (io.json) io.printJson({…})`, else `io.printTable`, `io.printFields`, `io.print`. Messages go through `io.note`.
 * 4. What destroys or moves: add `...yesOption` to its options and begin with
 *    `if (!(await io.confirm('Drain worker-1?'))) return exitCode.no`.
 * 5. Throw ShardwrightErrors; main prints them with their hint and exits with their code. Passwords never appear:
 *    whatever is printed is redacted.
 * 6. Tests: `runInProcess(cluster, ['drain', …])` gives code, stdout and stderr, as in cluster/status.citus.test.ts.
 */
export interface Command {
  /** What it does, below the usage line of its `--help`. */
  readonly description: string;
  /** What `--help` says of each `<name>` of the usage. */
  readonly positionals?: Readonly<Record<string, PositionalOptions & { readonly describe: string }>>;
  readonly options?: Readonly<Record<string, Options>>;
  /** Command lines that can be copied, `$0` for the program's name, and what each does. */
  readonly examples?: readonly (readonly [commandLine: string, what: string])[];
  /** The last words of its `--help`, e.g. its exit codes. */
  readonly epilogue?: string;
  /** What to say when Ctrl-C ended it: what was done, what was not. */
  readonly interrupted?: string;
  /** How long it may tidy up after Ctrl-C before it is left to itself; a second by default. */
  readonly graceMs?: number;
  /** What it starts answers Ctrl-C itself, as psql does. */
  readonly leavesCtrlC?: boolean;
  /** It takes words after `--`, for another program. */
  readonly passesOn?: boolean;
  run(args: Arguments, io: CommandIo): Promise<ExitCode>;
}
