import { formatBytes, formatExact, formatShare } from '@shardwright/core';
import type { MigrationStatus } from '@shardwright/migrator';
import { alignColumns, type Paint, printable } from '@shardwright/report';
import { largeObjectsText, rateOf, shownName, shownSeconds, shownTime } from '../run/run-text.ts';
import { progressOf, shareOf, standingOf } from './progress-of.ts';

const stateWords = {
  preparing: 'making tables',
  loading: 'loading rows',
  finishing: 'making keys, indexes and the rest',
  done: 'done',
  'taking back': 'being taken back',
} as const;

/** How the status is shown. */
export interface StatusStyle {
  readonly paint: Paint;
  /** Characters per line; absent where names shall stay whole. */
  readonly width?: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** A migration's status for a terminal. */
export function statusText(rawStatus: MigrationStatus, style: StatusStyle): string {
  const status = printable(rawStatus);
  const { paint, nowMs } = style;
  const { rows, bytes, share, bytesPerSecond, secondsLeft } = progressOf(status, nowMs);
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Migration', stateText(status, paint)],
    ['From', status.source],
    ['Begun', shownTime(status.startedAt)],
    ['Done', status.finishedAt && shownTime(status.finishedAt)],
    ['Steps', `${status.steps.done.length} of ${status.steps.total}`],
    [
      'Rows',
      [
        formatExact(rows),
        `${formatBytes(bytes)} sent`,
        ...(share === undefined || status.state === 'done' ? [] : [`${formatShare(share)} of the source`]),
        ...(bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]),
        ...(secondsLeft === undefined ? [] : [`${shownSeconds(secondsLeft)} left`]),
      ].join(', '),
    ],
    ['Large objects', largeObjectsText(status.largeObjects)],
    [
      'Last commit',
      status.lastActivity === undefined
        ? undefined
        : `${status.lastActivity.slice(11, 19)} UTC, ${shownSeconds(Math.max(0, nowMs - Date.parse(status.lastActivity)) / 1000)} ago`,
    ],
    ['Not counted', status.unread && `what is on the workers: ${status.unread}`],
  ];
  const told = fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const column = Math.max(...told.map(([name]) => name.length)) + 2;
  return [
    ...told.map(([name, value]) => `${paint.faint(name.padEnd(column))}${value}`),
    '',
    ...tableLines(status, style),
    ...quarantineLines(status, style),
    '',
  ].join('\n');
}

function stateText(status: MigrationStatus, paint: Paint): string {
  const words = stateWords[status.state];
  switch (standingOf(status)) {
    case 'done':
      return paint.good(words);
    case 'interrupted':
      return paint.severity(
        'warning',
        `interrupted, while ${status.state === 'taking back' ? 'it was ' : ''}${words}`,
      );
    case 'at work': {
      const { since, client = '' } = status.atWork ?? {};
      return `${words}${since === undefined ? '' : `; a run from ${client} has been at work since ${since.slice(11, 19)} UTC`}`;
    }
  }
}

function tableLines({ tables }: MigrationStatus, { paint, width }: StatusStyle): readonly string[] {
  return alignColumns(
    [
      { title: 'Table', shrinks: true },
      { title: 'Done', align: 'right' },
      { title: 'Chunks', align: 'right' },
      { title: 'Rows', align: 'right' },
      { title: 'Sent', align: 'right' },
      { title: 'Rate', align: 'right', drops: true },
      { title: 'Set aside', align: 'right' },
      { title: 'Path', drops: true },
    ],
    tables.map((table) => {
      const share = shareOf(table);
      return [
        shownName(table.relation),
        share === undefined ? '' : formatShare(share),
        share === undefined ? 'not begun' : `${table.chunks.done}/${table.chunks.total}`,
        share === undefined ? '' : formatExact(table.rows),
        share === undefined ? '' : formatBytes(table.bytes),
        rateOf([table]),
        table.setAside === 0 ? '' : formatExact(table.setAside),
        table.load?.path ?? '',
      ];
    }),
    width ?? Number.POSITIVE_INFINITY,
    (text, row, column) =>
      row < 0 ? paint.faint(text) : column === 6 ? paint.severity('warning', text) : text,
  );
}

function quarantineLines({ quarantine }: MigrationStatus, { paint }: StatusStyle): readonly string[] {
  if (quarantine.length === 0) return [];
  return [
    '',
    paint.severity('warning', 'Set aside in shardwright.quarantine:'),
    ...quarantine.map(
      ({ relation, rows, reason }) => `  ${shownName(relation)}  ${formatExact(rows)}  ${reason}`,
    ),
  ];
}
