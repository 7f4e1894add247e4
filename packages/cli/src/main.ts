import { type ExitCode, exitCode, InterruptedError, ShardwrightError } from '@shardwright/core';
import { analyzeCommand, analyzeOptionNames } from './analyze/command.ts';
import type { AnalyzeRequest } from './analyze/request.ts';
import { createParser, usageError } from './command-line.ts';
import { reportFailure } from './failure.ts';
import { SecretKeeper } from './secret-keeper.ts';
import type { Surroundings } from './surroundings.ts';
import { writeText } from './write-result.ts';

/** Runs one command line and returns its exit code; nothing is thrown. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, onInterrupt, exitNow } = surroundings;
  const secrets = new SecretKeeper(argv);
  const cancellation = new AbortController();
  // The reader of stdout or stderr may leave early (`| head`): that is no failure of ours.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  onInterrupt(() => {
    if (cancellation.signal.aborted) exitNow(exitCode.interrupted);
    cancellation.abort(new InterruptedError('interrupted'));
  });

  let json = false;
  try {
    const parsed = await parse(argv);
    if (parsed.text !== '') await writeText(argv.length === 0 ? stderr : stdout, `${parsed.text}\n`);
    if (parsed.request === undefined) return argv.length === 0 ? exitCode.usage : exitCode.yes;
    json = parsed.request.progress === 'json';
    const { runAnalyze } = await import('./analyze/run-analyze.ts');
    const running = runAnalyze(parsed.request, { stdout, stderr, secrets, signal: cancellation.signal });
    return await Promise.race([running, abandonment(cancellation.signal)]);
  } catch (error) {
    return reportFailure(error, {
      stderr,
      verbose: argv.includes('--verbose'),
      redact: (text) => secrets.redact(text),
      interrupted: cancellation.signal.aborted,
      json,
    });
  }
}

// What heeds the signal ends within milliseconds; what waits for a silent pipe or server never would.
const graceMs = 1000;

/** Rejects some time after the signal, for work that does not heed it. */
function abandonment(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), graceMs), { once: true });
  });
}

/** What a command line asks for, or the help text it asks for. */
async function parse(
  argv: readonly string[],
): Promise<{ readonly request?: AnalyzeRequest; readonly text: string }> {
  const requests: AnalyzeRequest[] = [];
  const parser = createParser([analyzeCommand(argv, (request) => requests.push(request))]);
  if (argv.length === 0) return { text: await parser.getHelp() };
  let text = '';
  await parser
    .fail((message, error) => {
      // The parser's own complaints come with a message, or as its own kind of error; ours go through.
      if (error instanceof ShardwrightError) throw error;
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw usageError(message ?? error.message, argv, analyzeOptionNames);
    })
    .parseAsync([...argv], {}, (error, _parsed, output) => {
      if (error !== undefined && error !== null) throw error;
      text = output;
    });
  return { text, ...(requests[0] === undefined ? {} : { request: requests[0] }) };
}
