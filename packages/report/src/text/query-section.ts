import type { Analysis } from '@shardwright/analyzer';
import { formatExact, formatShare, plural } from '@shardwright/core';
import { queryClassLabel } from '../query-class-label.ts';
import { alignColumns, truncate } from './columns.ts';
import type { TextSection, TextStyle } from './text-section.ts';

const barCells = 20;

/** The workload by query class, and the queries one predicate away from one shard. */
export function queryLines({ workload }: Analysis, { paint, width }: TextStyle): TextSection {
  if (workload === undefined) return { title: 'Queries', lines: [] };
  const { summary, queries } = workload;
  const rows = summary.classes.map((one) => [
    queryClassLabel(one.class).words,
    '█'.repeat(Math.round(one.shareOfCalls * barCells)) || '▏',
    formatShare(one.shareOfCalls),
    one.shareOfTime === undefined ? '' : formatShare(one.shareOfTime),
    formatExact(one.queries),
  ]);
  const table = alignColumns(
    [
      { title: 'Class' },
      { title: '' },
      { title: 'Calls', align: 'right' },
      { title: 'Time', align: 'right' },
      { title: 'Queries', align: 'right' },
    ],
    rows,
    width - 2,
    (text, row, column) => (row < 0 || column === 1 ? paint.faint(text) : text),
  );
  const nearly = queries
    .filter(({ addPredicate }) => addPredicate !== undefined)
    .sort((a, b) => (b.shareOfTime ?? b.shareOfCalls) - (a.shareOfTime ?? a.shareOfCalls));
  const best = nearly[0];
  return {
    title: 'Queries',
    remark: [
      plural(summary.queries, 'query', 'queries'),
      plural(summary.calls, 'call'),
      ...(workload.unparsed > 0 ? [`${formatExact(workload.unparsed)} not understood`] : []),
    ].join(', '),
    lines: [
      ...table.map((line) => `  ${line}`),
      ...(best === undefined
        ? []
        : [
            `  ${plural(nearly.length, 'query', 'queries')} would reach one shard with one more predicate, e.g. ${best.addPredicate ?? ''}:`,
            `    ${paint.faint(truncate(best.sql.replace(/\s+/g, ' ').trim(), width - 4))}`,
          ]),
    ],
  };
}
