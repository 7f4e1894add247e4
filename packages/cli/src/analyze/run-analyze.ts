import type { Analysis } from '@shardwright/analyzer';
import { type Clock, type Context, type ExitCode, exitCode } from '@shardwright/core';
import { printable, renderAnalysis } from '@shardwright/report';
import { PhaseTimes } from '../phase-times.ts';
import { createReporter } from '../progress/reporter.ts';
import type { SecretKeeper } from '../secret-keeper.ts';
import type { OutputStream } from '../surroundings.ts';
import { version } from '../version.ts';
import { checkWritable, writeText, writeWhole } from '../write-result.ts';
import { analyzeSource } from './analyze-source.ts';
import type { AnalyzeRequest } from './request.ts';

/** Where one run reads its cancellation from and writes to. */
export interface RunSurroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly secrets: SecretKeeper;
  readonly signal: AbortSignal;
}

/** Reads, analyses, renders, writes; the exit code says whether the findings are bearable. */
export async function runAnalyze(request: AnalyzeRequest, surroundings: RunSurroundings): Promise<ExitCode> {
  const { stdout, stderr, secrets, signal } = surroundings;
  // Progress, warnings and errors name what the input names; a report sees to its own names.
  const message = (text: string): string => printable(secrets.redact(text));
  if (request.out !== undefined) await checkWritable(request.out);

  const clock: Clock = { nowMs: () => performance.now() };
  const reporter = createReporter({
    mode: request.progress,
    stderr,
    clock,
    redact: message,
    quiet: request.quiet,
  });
  const times = new PhaseTimes(clock);
  times.begin('starting');
  const context: Context = {
    signal,
    emit: (event) => {
      times.note(event);
      reporter.emit(event);
    },
    clock,
  };
  try {
    const analysis = await analyzeSource(request, context);
    signal.throwIfAborted();
    times.begin(`rendering ${request.format}`);
    const report = secrets.redact(
      await renderAnalysis(analysis, request.format, {
        // A pseudo-terminal without a size says 0.
        width: stdout.columns || 100,
        color: request.out === undefined && stdout.isTTY === true && stdout.hasColors?.() === true,
        toolVersion: version(),
        madeAt: new Date().toISOString(),
      }),
    );
    signal.throwIfAborted();
    reporter.end();
    if (request.out === undefined) await writeText(stdout, report);
    else {
      await writeWhole(request.out, report);
      if (!request.quiet) await writeText(stderr, message(wroteText(request, analysis)));
    }
    if (request.verbose && request.progress !== 'json')
      await writeText(stderr, message(`${times.lines().join('\n')}\n`));
    return verdict(analysis, request.failOn);
  } finally {
    reporter.end();
  }
}

/** What was written where, after the report: a line of NDJSON among others, else words. */
function wroteText({ out = '', progress }: AnalyzeRequest, { headline: { sentence } }: Analysis): string {
  return progress === 'json'
    ? `${JSON.stringify({ kind: 'written', path: out, sentence })}\n`
    : `${sentence}\nWrote ${out}\n`;
}

/** Advice was given: that is a yes, unless the caller set a bar for the findings. */
function verdict({ headline: { findings } }: Analysis, failOn: AnalyzeRequest['failOn']): ExitCode {
  switch (failOn) {
    case 'never':
      return exitCode.yes;
    case 'error':
      return findings.error > 0 ? exitCode.no : exitCode.yes;
    case 'warning':
      return findings.error + findings.warning > 0 ? exitCode.no : exitCode.yes;
    default:
      return failOn satisfies never;
  }
}
