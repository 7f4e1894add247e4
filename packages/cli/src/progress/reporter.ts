import type { Clock } from '@shardwright/core';
import type { OutputStream } from '../surroundings.ts';
import { createJsonReporter } from './json-reporter.ts';
import type { ProgressReporter } from './progress-reporter.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

/** How progress is shown. */
export const progressModes = ['auto', 'always', 'never', 'json'] as const;

/** What decides how progress is shown. */
export interface ReporterOptions {
  /** Whose warnings they are. */
  readonly program: string;
  readonly mode: (typeof progressModes)[number];
  readonly stderr: OutputStream;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly quiet: boolean;
}

/** The reporter for a mode: a bar on a terminal, lines elsewhere when asked, NDJSON, or only warnings; quiet beats all. */
export function createReporter(options: ReporterOptions): ProgressReporter {
  if (options.mode === 'json' && !options.quiet) return createJsonReporter(options);
  const wanted = options.mode === 'always' || (options.mode === 'auto' && options.stderr.isTTY === true);
  return createTerminalReporter({ ...options, bar: wanted && !options.quiet });
}
