import { formatBytes, formatCount, type ProgressEvent, type ProgressPart } from '@shardwright/core';

const mostBarCells = 24;
const leastBarCells = 8;

/**
 * `reading dump ━━━━────  42 %  1.30 GB of 3.10 GB  310 MB/s  6 s left  public.orders`; where the width is less, a shorter
 * bar, then no rows, no rate, then cut.
 */
export function progressLine(event: ProgressEvent, elapsedMs: number, width: number): string {
  if (event.kind === 'warning') return event.message;
  if (event.kind === 'phase') return `${event.phase} …`.slice(0, width);
  const { phase, done, total, unit, subject, before = 0 } = event;
  const perSecond = elapsedMs > 0 ? ((done - before) / elapsedMs) * 1000 : 0;
  // Rates of the first moments mislead.
  const hasRate = elapsedMs >= 500 && perSecond > 0;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const after = [
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`.padStart(5)]),
    total === undefined
      ? amount(done, unit)
      : `${unit === 'bytes' ? formatBytes(done) : Math.round(done)} of ${amount(total, unit)}`,
  ];
  const rows = event.rows === undefined ? [] : [`${formatCount(event.rows)} rows`];
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
  const lines = [
    line([...after, ...rows, ...rate, ...last]),
    line([...after, ...rate, ...last]),
    line([...after, ...last]),
  ];
  return cut(lines.find(({ length }) => length <= width) ?? lines.at(-1) ?? '', width);
}

/** `  public.orders   42 %  1.30 GB of 3.10 GB  8.20 M rows  310 MB/s`, names padded to the longest that is at work. */
export function partLine(
  { subject, done, total, rows }: ProgressPart,
  perSecond: number | undefined,
  { nameWidth, width }: { readonly nameWidth: number; readonly width: number },
): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const parts = [
    cut(subject, nameWidth).padEnd(nameWidth),
    `${Math.floor(share * 100)} %`.padStart(5),
    `${formatBytes(done)} of ${formatBytes(total)}`,
    `${formatCount(rows)} rows`,
    ...(perSecond === undefined ? [] : [`${formatBytes(perSecond)}/s`]),
  ];
  return cut(`  ${parts.join('  ')}`, width);
}

/** A text that is too long ends in `…`. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
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
