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
    .wrap(Math.min(110, process.stdout.columns ?? 100));
  for (const command of commands) parser.command(command);
  return parser;
}

/** What to do about a command line that the parser refused. */
export function hintForUsage(message: string, known: readonly string[] = []): string {
  const unknown = /^Unknown arguments?: (.+)$/m.exec(message)?.[1]?.split(', ') ?? [];
  for (const name of unknown) {
    const near = nearest(name, known);
    if (near !== undefined) return `did you mean --${near}? See migrate analyze --help.`;
  }
  return 'see migrate analyze --help.';
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
