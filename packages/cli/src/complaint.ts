import { editDistance, UsageError } from '@shardwright/core';
import { type CommandEntry, type Program, verbOf } from './program.ts';

/** What is known of a command line that the parser refused. */
export interface Complaint {
  readonly program: string;
  readonly entry: CommandEntry;
  /** How the command is called. */
  readonly usage: string;
  readonly argv: readonly string[];
  /** Without dashes. */
  readonly options: readonly string[];
  readonly positionals: Readonly<Record<string, { readonly describe: string }>>;
}

/** What the parser refused, in our words and with what to do about it. */
export function usageError(message: string, complaint: Complaint): UsageError {
  const { program, entry, usage, argv, options, positionals } = complaint;
  const help = `see ${program} ${verbOf(entry)} --help.`;
  const got = /^Not enough non-option arguments: got (\d+)/.exec(message)?.[1];
  if (got !== undefined) {
    const missing = Object.keys(positionals)[Number(got)] ?? '';
    return new UsageError(`${verbOf(entry)} needs <${missing}>`, {
      hint: `<${missing}>: ${positionals[missing]?.describe ?? ''}; ${help}`,
    });
  }
  const unfinished = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (unfinished !== undefined) return new UsageError(`--${unfinished} needs a value`, { hint: help });
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  const option = unknown.find((name) => argv.some((argument) => isOption(argument, name)));
  if (option !== undefined) {
    const near = nearest(option, options);
    const hint = near === undefined ? help : `did you mean --${near}? ${capital(help)}`;
    return new UsageError(`unknown option ${option.length === 1 ? '-' : '--'}${option}`, { hint });
  }
  if (unknown.length > 0) {
    return new UsageError(`unexpected ${unknown.map((word) => `"${word}"`).join(', ')}`, {
      hint: `usage: ${usage}; values with spaces need quotes.`,
    });
  }
  return new UsageError(message, { hint: help });
}

/** The answer to a verb that the program does not know. */
export function commandNotFound({ name, commands }: Program, verb: string): UsageError {
  const near = nearest(verb, commands.map(verbOf));
  return new UsageError(`unknown command "${verb}"`, {
    hint: near === undefined ? `see ${name} --help.` : `did you mean ${name} ${near}?`,
  });
}

function isOption(argument: string, name: string): boolean {
  return argument.startsWith('-') && argument.replace(/^--?/, '').split('=')[0] === name;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The known word that a mistyped one most likely meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const best = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  // A third of the letters wrong is a typo; more is another word.
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}
