import type { Clock, ProgressEvent } from '@shardwright/core';
import type { OutputStream } from '../surroundings.ts';
import { progressLine } from './progress-line.ts';
import type { ProgressReporter } from './progress-reporter.ts';

// Short runs end before anyone could read a bar; ten frames a second are smooth and cost nothing.
const silentMs = 700;
const frameMs = 100;
const plainLineMs = 5000;

/** A bar that redraws itself on a terminal, a line every five seconds elsewhere; warnings always. */
export function createTerminalReporter(options: {
  readonly program: string;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly bar: boolean;
  readonly quiet: boolean;
}): ProgressReporter {
  const { program, stderr, clock, redact, bar, quiet } = options;
  const live = stderr.isTTY === true;
  const startedMs = clock.nowMs();
  let phase: { readonly name: string; readonly startedMs: number } | undefined;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let drawn = false;

  const clear = (): void => {
    if (drawn && live) stderr.write('\r\u001b[2K');
    drawn = false;
  };
  const draw = (event: ProgressEvent, nowMs: number, phaseStartedMs: number): void => {
    const width = Math.max(20, stderr.columns || 80) - 1;
    const line = redact(progressLine(event, nowMs - phaseStartedMs, width));
    stderr.write(live ? `\r\u001b[2K${line}` : `${line}\n`);
    drawn = true;
    drawnMs = nowMs;
  };

  return {
    emit: (event) => {
      if (event.kind === 'warning') {
        if (quiet) return;
        clear();
        stderr.write(redact(`${program}: warning: ${event.message}\n`));
        return;
      }
      if (!bar) return;
      const nowMs = clock.nowMs();
      if (phase?.name !== event.phase) {
        phase = { name: event.phase, startedMs: nowMs };
        // A phase that says nothing more (the solver at work) must not show the last one's bar.
        if (drawn && live) drawnMs = Number.NEGATIVE_INFINITY;
      }
      if (nowMs - startedMs < silentMs || nowMs - drawnMs < (live ? frameMs : plainLineMs)) return;
      draw(event, nowMs, phase.startedMs);
    },
    end: clear,
  };
}
