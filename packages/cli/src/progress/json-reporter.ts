import type { Clock, ProgressEvent } from '@shardwright/core';
import type { OutputStream } from '../surroundings.ts';
import type { ProgressReporter } from './progress-reporter.ts';

const intervalMs = 100;

/** One JSON object per line: the event and the milliseconds since the start; progress at most ten times a second. */
export function createJsonReporter(options: {
  readonly stderr: OutputStream;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
}): ProgressReporter {
  const { stderr, clock, redact } = options;
  const startedMs = clock.nowMs();
  let lastMs = Number.NEGATIVE_INFINITY;
  let held: { readonly event: ProgressEvent; readonly nowMs: number } | undefined;
  const write = (event: ProgressEvent, nowMs: number): void => {
    const line = JSON.stringify({ ...event, elapsedMs: Math.round(nowMs - startedMs) });
    stderr.write(`${redact(line)}\n`);
  };
  // The last event before a pause says where things stand: held back, never lost.
  const flush = (): void => {
    if (held !== undefined) write(held.event, held.nowMs);
    held = undefined;
  };
  return {
    emit: (event) => {
      const nowMs = clock.nowMs();
      if (event.kind !== 'progress') {
        flush();
        write(event, nowMs);
        return;
      }
      if (held !== undefined && held.event.kind === 'progress' && held.event.phase !== event.phase) flush();
      if (nowMs - lastMs < intervalMs) {
        held = { event, nowMs };
        return;
      }
      held = undefined;
      lastMs = nowMs;
      write(event, nowMs);
    },
    end: flush,
  };
}
