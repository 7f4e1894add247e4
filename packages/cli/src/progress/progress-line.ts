import { formatBytes, type ProgressEvent } from '@shardwright/core';

const barCells = 24;

/** `reading dump ━━━━────  42 %  1.30 GB of 3.10 GB  310 MB/s  6 s left  public.orders`, cut to the width. */
export function progressLine(event: ProgressEvent, elapsedMs: number, width: number): string {
  if (event.kind === 'warning') return event.message;
  if (event.kind === 'phase') return `${event.phase} …`.slice(0, width);
  const { phase, done, total, unit, subject } = event;
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const filled = share === undefined ? 0 : Math.round(share * barCells);
  const parts = [
    phase,
    ...(share === undefined
      ? []
      : [
          `${'━'.repeat(filled)}${'─'.repeat(barCells - filled)}`,
          `${Math.floor(share * 100)} %`.padStart(5),
        ]),
    total === undefined ? amount(done, unit) : `${amount(done, unit)} of ${amount(total, unit)}`,
    // Rates of the first moments mislead.
    ...(elapsedMs >= 500 && perSecond > 0 ? [`${amount(perSecond, unit)}/s`] : []),
    ...(elapsedMs >= 500 && perSecond > 0 && total !== undefined && total > done
      ? [`${duration((total - done) / perSecond)} left`]
      : []),
    ...(subject === undefined ? [] : [subject]),
  ];
  const line = parts.join('  ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** `1.30 GB`, `412 tables`. */
function amount(count: number, unit: Extract<ProgressEvent, { kind: 'progress' }>['unit']): string {
  return unit === 'bytes' ? formatBytes(count) : `${Math.round(count)} ${unit}`;
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
