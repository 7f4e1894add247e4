import { formatBytes, type ProgressEvent } from '@shardwright/core';

const mostBarCells = 24;
const leastBarCells = 8;

/**
 * `reading dump ━━━━────  42 %  1.30 GB of 3.10 GB  310 MB/s  6 s left  public.orders`; where the width is less, a shorter
 * bar, then no rate, then cut.
 */
export function progressLine(event: ProgressEvent, elapsedMs: number, width: number): string {
  if (event.kind === 'warning') return event.message;
  if (event.kind === 'phase') return `${event.phase} …`.slice(0, width);
  const { phase, done, total, unit, subject } = event;
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  // Rates of the first moments mislead.
  const hasRate = elapsedMs >= 500 && perSecond > 0;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const after = [
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`.padStart(5)]),
    total === undefined ? amount(done, unit) : `${amount(done, unit)} of ${amount(total, unit)}`,
  ];
  const rate = hasRate ? [`${amount(perSecond, unit)}/s`] : [];
  const last = [
    ...(hasRate && total !== undefined && total > done
      ? [`${duration((total - done) / perSecond)} left`]
      : []),
    ...(subject === undefined ? [] : [subject]),
  ];
  const line = (parts: readonly string[]): string => {
    if (share === undefined) return [phase, ...parts].join('  ');
    const room = width - [phase, '', ...parts].join('  ').length;
    return [phase, bar(share, Math.max(leastBarCells, Math.min(mostBarCells, room))), ...parts].join('  ');
  };
  const whole = line([...after, ...rate, ...last]);
  const shown = whole.length <= width ? whole : line([...after, ...last]);
  return shown.length <= width ? shown : `${shown.slice(0, width - 1)}…`;
}

function bar(share: number, cells: number): string {
  const filled = Math.round(share * cells);
  return `${'━'.repeat(filled)}${'─'.repeat(cells - filled)}`;
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
