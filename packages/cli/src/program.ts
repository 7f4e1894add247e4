import type { Options } from 'yargs';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { progressModes } from './progress/reporter.ts';

/** One executable, such as `migrate`: a name and the commands it carries. */
export interface Program {
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** In the order in which `--help` lists them. */
  readonly commands: readonly CommandEntry[];
  /** Options that every command takes. */
  readonly options: Readonly<Record<string, Options>>;
  /** How a run shows its progress. */
  readonly progress: (args: Arguments) => (typeof progressModes)[number];
  /** Whether another program reads our answers, and so also what goes wrong before they are read. */
  readonly readByProgram: (argv: readonly string[]) => boolean;
}

/** One line of a program's table of contents. */
export interface CommandEntry {
  /** Its verb and what it takes, as `add <host> [port]`. */
  readonly usage: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The heading it stands under; `Commands` unless given. */
  readonly group?: string;
  /** The command's own file: only the command that runs is loaded. */
  readonly load: () => Promise<Command>;
}

/** The word that calls a command. */
export function verbOf({ usage }: CommandEntry): string {
  return usage.split(' ')[0] ?? '';
}
