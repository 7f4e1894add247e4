import { UsageError } from '@shardwright/core';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { version } from './version.ts';

/** The parser of the command `migrate`; strict, in English, and it never exits by itself. */
export function createParser(commands: readonly CommandModule[]): Argv {
  const parser = yargs([])
    .scriptName('migrate')
    .usage('Move from one PostgreSQL to Citus.\n\nUsage: $0 <command> [options]')
    .locale('en')
    .parserConfiguration({
      // `--reference a dump.sql`: the option takes one value and leaves the dump alone.
      'greedy-arrays': false,
      'parse-positional-numbers': false,
      'parse-numbers': false,
      'boolean-negation': false,
      'dot-notation': false,
    })
    .exitProcess(false)
    .demandCommand(1, 1, 'Say what to do: migrate analyze SOURCE')
    .strict()
    .recommendCommands()
    .help()
    .alias('help', 'h')
    .version(version())
    .wrap(Math.min(110, process.stdout.columns || 100));
  for (const command of commands) parser.command(command);
  return parser;
}

/** What the parser refused, in our words and with what to do about it. */
export function usageError(message: string, argv: readonly string[], known: readonly string[]): UsageError {
  const help = argv.includes('analyze') ? 'see migrate analyze --help.' : 'see migrate --help.';
  const command = /^Did you mean (.+)\?$/.exec(message)?.[1];
  if (command !== undefined) {
    return new UsageError(`unknown command "${argv[0] ?? ''}"`, { hint: `did you mean migrate ${command}?` });
  }
  if (message.startsWith('Not enough non-option arguments')) {
    return new UsageError('there is nothing to analyze', {
      hint: 'name a dump, a directory archive, - for standard input, or a postgres:// address.',
    });
  }
  const unfinished = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (unfinished !== undefined) return new UsageError(`--${unfinished} needs a value`, { hint: help });
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  const option = unknown.find((name) => argv.some((argument) => isOption(argument, name)));
  if (option !== undefined) {
    const near = nearest(option, known);
    const hint = near === undefined ? help : `did you mean --${near}? ${capital(help)}`;
    return new UsageError(`unknown option ${option.length === 1 ? '-' : '--'}${option}`, { hint });
  }
  if (unknown.length > 0) {
    const hint = argv.includes('analyze')
      ? 'migrate analyze takes one source; values with spaces need quotes.'
      : help;
    return new UsageError(`unexpected ${unknown.map((word) => `"${word}"`).join(', ')}`, { hint });
  }
  return new UsageError(message, { hint: help });
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

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
