import { ShardwrightError, UsageError } from '@shardwright/core';
import yargs, { type Argv, type Options } from 'yargs';
import { type Arguments, readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { type Complaint, commandNotFound, usageError } from './complaint.ts';
import { type CommandEntry, type Program, verbOf } from './program.ts';
import { programHelp } from './program-help.ts';
import { version } from './version.ts';

/** What a command line asks for. */
export type Asked =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly args: Arguments };

/** Reads a command line, loading no command but the one it names. Throws {@link UsageError} for what nobody knows. */
export async function readCommandLine(
  program: Program,
  argv: readonly string[],
  columns: number,
): Promise<Asked> {
  const width = Math.min(110, columns);
  const at = findVerb(program, argv);
  const verb = argv[at];
  if (verb === undefined) {
    if (argv.includes('--version')) return { kind: 'text', text: version() };
    if (argv.length === 0 || argv.includes('--help') || argv.includes('-h'))
      return { kind: 'text', text: programHelp(program, width) };
    throw new UsageError('there is no command', { hint: `see ${program.name} --help.` });
  }
  const entry = program.commands.find((one) => verbOf(one) === verb);
  if (entry === undefined) throw commandNotFound(program, verb);
  // The parser knows a command's options only behind its verb.
  const ordered = [verb, ...argv.slice(0, at), ...argv.slice(at + 1)];
  return readCommand(program, entry, await entry.load(), ordered, width);
}

/** Where the first word stands that is neither an option nor the value of one; -1 when there is none. */
function findVerb({ options }: Program, argv: readonly string[]): number {
  const withValue = Object.entries(options).flatMap(([name, { type, alias = [] }]) =>
    type === 'string' ? [name, alias].flat() : [],
  );
  const takesValue = (argument = ''): boolean =>
    argument.startsWith('-') && withValue.includes(argument.replace(/^--?/, ''));
  return argv.findIndex((argument, index) => !argument.startsWith('-') && !takesValue(argv[index - 1]));
}

async function readCommand(
  program: Program,
  entry: CommandEntry,
  command: Command,
  argv: readonly string[],
  width: number,
): Promise<Asked> {
  const { positionals = {} } = command;
  const complaint: Complaint = {
    program: program.name,
    entry,
    usage: usageOf(program, entry, command),
    argv,
    options: [...Object.keys({ ...program.options, ...command.options }), 'help', 'version'],
    positionals,
  };
  let args: Arguments | undefined;
  const parser = createParser(program, entry, command, (parsed) => {
    // The parser makes an empty text of a lone dash.
    const read = Object.entries(parsed).map(([name, value]) =>
      value === '' && name in positionals && argv.includes('-') ? [name, '-'] : [name, value],
    );
    args = readArguments(Object.fromEntries(read), positionals);
  }).wrap(width);
  let text = '';
  await parser
    .fail((message, error) => {
      // The parser's own complaints come with a message, or as its own kind of error; ours go through.
      if (error instanceof ShardwrightError) throw error;
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw usageError(message ?? error.message, complaint);
    })
    .parseAsync([...argv], {}, (error, _parsed, output) => {
      if (error !== undefined && error !== null) throw error;
      text = output;
    });
  if (args === undefined) return { kind: 'text', text };
  if (args.passedOn.length > 0 && command.passesOn !== true) {
    throw new UsageError(`nothing can follow --, but there is "${args.passedOn.join(' ')}"`, {
      hint: `see ${program.name} ${verbOf(entry)} --help.`,
    });
  }
  return { kind: 'command', command, args };
}

function usageOf({ name }: Program, { usage }: CommandEntry, { passesOn }: Command): string {
  return `${name} ${usage} [options]${passesOn ? ' [-- words…]' : ''}`;
}

/** Strict, in English, and it never exits by itself. */
function createParser(
  program: Program,
  entry: CommandEntry,
  command: Command,
  accept: (parsed: Readonly<Record<string, unknown>>) => void,
): Argv {
  return (
    yargs([])
      .scriptName(program.name)
      .locale('en')
      // By default its own group is called as what a command's own options shall be.
      .updateStrings({ 'Options:': 'Help:' })
      .parserConfiguration({
        // `--reference a dump.sql`: the option takes one value and leaves the dump alone.
        'greedy-arrays': false,
        'parse-positional-numbers': false,
        'parse-numbers': false,
        'boolean-negation': false,
        'dot-notation': false,
        'populate--': true,
      })
      .exitProcess(false)
      .strict()
      .help()
      .alias('help', 'h')
      .version(version())
      .command({
        command: entry.usage,
        describe: entry.summary,
        builder: (parser) => {
          parser.usage(`Usage: ${usageOf(program, entry, command)}\n\n${command.description}`);
          for (const [name, options] of Object.entries(command.positionals ?? {}))
            parser.positional(name, { type: 'string', ...options });
          parser.options(inGroup('Options:', command.options));
          parser.options(withoutThose(program.options, command.options));
          for (const [line, what] of command.examples ?? []) parser.example(line, what);
          return command.epilogue === undefined ? parser : parser.epilogue(command.epilogue);
        },
        handler: accept,
      })
  );
}

/** A command may say better than its program what an option means to it. */
function withoutThose(options: Program['options'], own: Command['options'] = {}): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in own)));
}

function inGroup(group: string, options: Command['options'] = {}): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { group, ...option }]));
}
