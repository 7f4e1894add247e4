import { createInterface } from 'node:readline/promises';
import { type Clock, type Context, UsageError } from '@shardwright/core';
import { alignColumns, createPaint, type Paint, printable, type TextColumn } from '@shardwright/report';
import type { Arguments } from './arguments.ts';
import { PhaseTimes } from './phase-times.ts';
import type { Program } from './program.ts';
import { createReporter } from './progress/reporter.ts';
import type { SecretKeeper } from './secret-keeper.ts';
import type { InputStream, OutputStream, Surroundings } from './surroundings.ts';
import { writeText } from './write-result.ts';

// Beside longer commands, what they do would be out of sight.
const widestSuggestion = 50;

/** How a command speaks with its user; as a {@link Context} it goes to the libraries that do the work. */
export interface CommandIo extends Context {
  readonly stdin: InputStream;
  /** For what `print…` cannot do, as redrawing a screen; end the progress with {@link CommandIo.print} first. */
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** Passwords that the run meets are added here, and then never printed. */
  readonly secrets: SecretKeeper;
  /** The answer is for a program: one JSON document on standard output and no words. */
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Characters per line of standard output, as wide as its terminal is now. */
  readonly width: number;
  /** Colours of standard output, or none. */
  readonly paint: Paint;
  /** The answer, on standard output; line breaks are the caller's. Nothing but {@link paint}'s colours reaches the terminal raw. */
  print(text: string, options?: { readonly secrets: 'shown' }): Promise<void>;
  /** The answer as JSON with a `schemaVersion`; compact: on a line of its own, for a stream of them. */
  printJson(
    document: object,
    options?: { readonly secrets?: 'shown'; readonly compact?: boolean },
  ): Promise<void>;
  /** Rows under a faint line of titles, within the width of a terminal; `paintCell` colours a cell after it was padded. */
  printTable(
    columns: readonly TextColumn[],
    rows: readonly (readonly string[])[],
    paintCell?: (text: string, row: number, column: number) => string,
  ): Promise<void>;
  /** Names and values in two columns; what has no value is left out. */
  printFields(fields: readonly (readonly [name: string, value: string | undefined])[]): Promise<void>;
  /** A message on standard error: what happened, what to do next. Programs that read along get the event, if there is one. */
  note(text: string, event?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Commands that may come next and what they do, as a note. */
  suggest(steps: readonly (readonly [commandLine: string, what: string])[]): Promise<void>;
  /**
   * Asks before something that cannot be undone: yes on a terminal, or `--yes`. A no is told to the user here. Throws
   * {@link UsageError} where nobody can be asked.
   */
  confirm(question: string): Promise<boolean>;
  /** Takes the progress off the terminal, and tells the times of the phases to who wants to know. */
  end(): Promise<void>;
}

/** What {@link createCommandIo} puts together. */
export interface CommandIoOptions {
  readonly program: Program;
  readonly args: Arguments;
  readonly surroundings: Surroundings;
  readonly secrets: SecretKeeper;
  readonly signal: AbortSignal;
}

const schemaVersion = '1.0';

/** A command's voice and ears for one run. */
export function createCommandIo({
  program,
  args,
  surroundings,
  secrets,
  signal,
}: CommandIoOptions): CommandIo {
  const { stdin, stdout, stderr, env } = surroundings;
  const [json, quiet, verbose] = [args.flag('json'), args.flag('quiet'), args.flag('verbose')];
  const paint = createPaint(stdout.isTTY === true && stdout.hasColors?.() === true);
  // Names and messages hold what their inventors liked, and may not steer the terminal.
  const message = (text: string): string => printable(secrets.redact(text));
  const clock: Clock = { nowMs: () => performance.now() };
  const mode = program.progress(args);
  const reporter = createReporter({ program: program.name, mode, stderr, clock, redact: message, quiet });
  const times = new PhaseTimes(clock);
  times.begin('starting');
  const io: CommandIo = {
    stdin,
    stdout,
    stderr,
    env,
    secrets,
    json,
    quiet,
    verbose,
    get width() {
      // A pseudo-terminal without a size says 0.
      return stdout.columns || 100;
    },
    paint,
    signal,
    clock,
    emit: (event) => {
      times.note(event);
      reporter.emit(event);
    },
    print: (text, options) => {
      reporter.end();
      return writeText(
        stdout,
        printableButColors(options?.secrets === 'shown' ? text : secrets.redact(text)),
      );
    },
    printJson: (document, options = {}) => {
      const text = JSON.stringify(
        printable({ schemaVersion, ...document }),
        null,
        options.compact === true ? 0 : 2,
      );
      return io.print(`${text}\n`, options.secrets === undefined ? undefined : { secrets: options.secrets });
    },
    printTable: (columns, rows, paintCell = (text) => text) => {
      // Who reads a pipe wants whole names.
      const room = stdout.isTTY === true ? io.width : Number.POSITIVE_INFINITY;
      const lines = alignColumns(columns, printable(rows), room, (text, row, column) =>
        row < 0 ? text : paintCell(text, row, column),
      );
      const [titles = '', ...others] = lines;
      return io.print([paint.faint(titles), ...others, ''].join('\n'));
    },
    printFields: (fields) => {
      const told = fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
      const column = Math.max(0, ...told.map(([name]) => name.length)) + 2;
      const lines = told.map(
        ([name, value]) => `${paint.faint(printable(name).padEnd(column))}${printable(value)}\n`,
      );
      return io.print(lines.join(''));
    },
    note: async (text, event) => {
      const told = mode === 'json' ? event && JSON.stringify(event) : text;
      if (quiet || told === undefined) return;
      reporter.end();
      await writeText(stderr, `${message(told)}\n`);
    },
    suggest: (steps) => {
      const column = Math.max(...steps.map(([line]) => line.length)) + 2;
      const lines =
        column > widestSuggestion
          ? steps.map(([line, what]) => `  ${what}:\n    ${line}`)
          : steps.map(([line, what]) => `  ${line.padEnd(column)}${what}`);
      return io.note(['', ...lines].join('\n'));
    },
    confirm: async (question) => {
      if (args.flag('yes')) return true;
      if (stdin.isTTY !== true || stderr.isTTY !== true) {
        throw new UsageError('this needs a confirmation, and there is no terminal to ask on', {
          hint: `${question} If so, repeat the command with --yes.`,
        });
      }
      reporter.end();
      const terminal = createInterface({ input: stdin, output: stderr });
      try {
        // Ctrl-D closes it, and the question then never returns.
        const closed = new Promise<string>((done) => terminal.once('close', () => done('')));
        const asked = terminal.question(`${message(question)} [y/N] `, { signal });
        const answer = await Promise.race([asked, closed]);
        if (/^y(es)?$/i.test(answer.trim())) return true;
      } finally {
        terminal.close();
      }
      await writeText(stderr, 'Nothing was changed.\n');
      return false;
    },
    end: async () => {
      reporter.end();
      if (verbose && mode !== 'json') await writeText(stderr, message(`${times.lines().join('\n')}\n`));
    },
  };
  return io;
}

// What Paint writes; everything else that begins like it is data.
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colors = /(\u001b\[(?:1|2|22|3[1-6]|39)m)/;

function printableButColors(text: string): string {
  return text
    .split(colors)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
