import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** What psql wrote about one statement. */
export interface Answer {
  /** Rows of each result, column names first, or a command's tag. */
  readonly result: { readonly rows: readonly (readonly string[])[]; readonly footer: string } | string;
  /** Notices and errors. */
  readonly messages: string;
}

// Control characters that no answer contains.
const unit = '\x1f';
const record = '\x1e';
const boundary = '\x1d';

const formatting = ['-X', '-A', '-F', unit, '-R', record, '-P', 'null=NULL', '-v', 'VERBOSITY=verbose'];

/**
 * Runs statements in one session and gives an answer for each. psql, because it shows notices, details, hints and
 * error codes as readers of the golden files will see them.
 */
export async function runInPsql(
  psql: string,
  url: string,
  statements: readonly string[],
): Promise<readonly Answer[]> {
  const session = spawn(psql, [...formatting, '-d', url], {
    env: { ...process.env, LC_ALL: 'C', PGCLIENTENCODING: 'UTF8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It closes its input early when it cannot connect; what it says of that is in its messages.
  session.stdin.on('error', () => {});
  session.stdin.end(
    statements
      .map((sql) => `${sql.trim().replace(/;?$/, ';')}\n\\echo ${boundary}\n\\warn ${boundary}\n`)
      .join(''),
  );
  const [output, messages] = await Promise.all([text(session.stdout), text(session.stderr)]);
  const results = output.split(`${boundary}\n`);
  const said = messages.split(`${boundary}\n`);
  return statements.map((_, index) => ({
    result: readResult(results[index] ?? ''),
    messages: (said[index] ?? '').trimEnd(),
  }));
}

/** Whether psql can be run. */
export async function hasPsql(psql: string): Promise<boolean> {
  return promisify(execFile)(psql, ['--version']).then(
    () => true,
    () => false,
  );
}

function readResult(output: string): Answer['result'] {
  const trimmed = output.replace(/\n$/, '');
  if (!trimmed.includes(record)) return trimmed;
  const records = trimmed.split(record);
  const footer = records.pop() ?? '';
  return { rows: records.map((row) => row.split(unit)), footer };
}
