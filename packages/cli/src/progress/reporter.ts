import type { Clock, ProgressEvent } from '@shardwright/core';
import type { OutputStream } from '../surroundings.ts';
import { createJsonReporter } from './json-reporter.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

/** Shows progress events somewhere. */
export interface ProgressReporter {
  readonly emit: (event: ProgressEvent) => void;
  /** Leaves the terminal as it was found; called before anything else is printed. */
  readonly end: () => void;
}

/** What decides how progress is shown. */
export interface ReporterOptions {
  readonly mode: 'auto' | 'always' | 'never' | 'json';
  readonly stderr: OutputStream;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly quiet: boolean;
}

/** The reporter for a mode: a bar on a terminal, lines elsewhere when asked, NDJSON, or only warnings. */
export function createReporter(options: ReporterOptions): ProgressReporter {
  if (options.mode === 'json') return createJsonReporter(options);
  const wanted = options.mode === 'always' || (options.mode === 'auto' && options.stderr.isTTY === true);
  return createTerminalReporter({ ...options, bar: wanted && !options.quiet });
}
