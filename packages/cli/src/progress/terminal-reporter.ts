import type { Clock, ProgressEvent } from '@shardwright/core';
import type { OutputStream } from '../surroundings.ts';
import { PartRates } from './part-rates.ts';
import { cut, partLine, progressLine } from './progress-line.ts';
import type { ProgressReporter } from './progress-reporter.ts';

// Short runs end before anyone could read a bar; ten frames a second are smooth and cost nothing.
const silentMs = 700;
const frameMs = 100;
const plainLineMs = 5000;

// More would push what was on the screen away.
const mostParts = 8;
const longestName = 40;

/**
 * A bar that redraws itself on a terminal, with a line below for each part that is at work; a line every five seconds
 * elsewhere; warnings always.
 */
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
  let drawnLines = 0;
  const rates = new PartRates();

  /** What takes the last drawing away, and leaves the cursor where it began. */
  const erasure = (): string => (drawnLines > 1 ? `\r\u001b[${drawnLines - 1}A\u001b[J` : '\r\u001b[2K');
  const clear = (): void => {
    if (drawnLines > 0 && live) stderr.write(erasure());
    drawnLines = 0;
  };
  const partLines = (event: ProgressEvent, nowMs: number, width: number): readonly string[] => {
    if (event.kind !== 'progress') return [];
    const slowed = event.slowedBy === undefined ? [] : [cut(`  ${event.slowedBy}`, width)];
    if (!live) return slowed;
    const parts = (event.parts ?? []).slice(0, mostParts);
    const nameWidth = Math.min(longestName, Math.max(0, ...parts.map(({ subject }) => subject.length)));
    const lines = parts.map((part) => partLine(part, rates.perSecond(part, nowMs), { nameWidth, width }));
    return [...lines, ...slowed];
  };
  const draw = (event: ProgressEvent, nowMs: number, phaseStartedMs: number): void => {
    const width = Math.max(20, stderr.columns || 80) - 1;
    const lines = [progressLine(event, nowMs - phaseStartedMs, width), ...partLines(event, nowMs, width)].map(
      redact,
    );
    stderr.write(live ? `${erasure()}${lines.join('\n')}` : `${lines.join('\n')}\n`);
    drawnLines = lines.length;
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
      if (event.kind === 'progress') rates.note(event.parts ?? [], nowMs);
      if (phase?.name !== event.phase) {
        phase = { name: event.phase, startedMs: nowMs };
        // A phase that says nothing more (the solver at work) must not show the last one's bar.
        if (drawnLines > 0 && live) drawnMs = Number.NEGATIVE_INFINITY;
      }
      if (nowMs - startedMs < silentMs || nowMs - drawnMs < (live ? frameMs : plainLineMs)) return;
      draw(event, nowMs, phase.startedMs);
    },
    end: clear,
  };
}
